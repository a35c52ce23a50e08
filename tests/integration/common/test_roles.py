"""Each service's role on a real server: what it may do it can, and what it may not is refused."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from answerlens_analyzer.subjects import store as subject_store
from answerlens_analyzer.subjects.store import Found
from answerlens_cli.stack.environment import Addresses
from answerlens_collection.answers.given import given
from answerlens_collection.collections import store as collections
from answerlens_collection.days import DAY_TABLES
from answerlens_common.contracts.services import SERVICES
from answerlens_common.db import Database
from answerlens_common.db.ownership import FUNCTIONS, LOCK, OWNERS, WRITES, Verb
from answerlens_common.db.roles import may_make_roles, role_names
from answerlens_common.db.tables import metadata
from answerlens_common.events import StageFailed, SubjectAnalysed
from answerlens_common.settings import PostgresSettings
from answerlens_common.stage_names import StageName
from answerlens_orders.diagnoses.ending import collection_failed, end_overdue, subject_analysed
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.read import read_answers, read_diagnosis
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from answerlens_scheduler.backup import Backup
from answerlens_scheduler.stalled import Stalled
from answerlens_scheduler.stalled_private import resume_private
from tests.chaos import audit

NAME = "owned"
PASSWORDS = {service: f"of {service}" for service in SERVICES}
NOTHING = Verb(0)


def migrate(url: str, passwords: dict[str, str] | None) -> str:
    env = {**os.environ, "ANSWERLENS_POSTGRES_URL": url, "ANSWERLENS_LOG_FORMAT": "console"}
    if passwords is not None:
        env["ANSWERLENS_SERVICE_PASSWORDS"] = json.dumps(passwords)
    command = [sys.executable, "-m", "answerlens_common.db.migrations"]
    return subprocess.run(command, check=True, env=env, capture_output=True, text=True).stdout


def address(url: str, user: str, password: str) -> str:
    parts = urlsplit(url)
    return f"postgresql://{user}:{password.replace(' ', '%20')}@{parts.hostname}:{parts.port}/{NAME}"


@pytest.fixture(scope="session")
async def owner_url(addresses: Addresses) -> AsyncIterator[str]:
    """A database whose owner may make roles and is no superuser, as deployments have it; migrated twice."""
    server = await asyncpg.connect(addresses.postgres_url)
    await server.execute("CREATE ROLE owned_owner LOGIN CREATEROLE PASSWORD 'o'")
    await server.execute(f"CREATE DATABASE {NAME} OWNER owned_owner")
    theirs = await asyncpg.connect(addresses.postgres_url.rpartition("/")[0] + f"/{NAME}")
    # as an extension's: neither ours to give nor to take
    await theirs.execute("CREATE TABLE public.statistics (x int); GRANT SELECT ON public.statistics TO PUBLIC")
    await theirs.execute("CREATE FUNCTION public.reset() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    await theirs.execute("REVOKE EXECUTE ON FUNCTION public.reset() FROM PUBLIC")
    await theirs.close()
    url = address(addresses.postgres_url, "owned_owner", "o")
    migrate(url, PASSWORDS | dict.fromkeys(SERVICES, "another"))
    assert "each service has a database role" in migrate(url, PASSWORDS)
    yield url
    await server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    for role in [*role_names(NAME).values(), "owned_owner"]:
        await server.execute(f"DROP ROLE {role}")
    await server.close()


@pytest.fixture(params=SERVICES)
async def role(owner_url: str, request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, asyncpg.Connection]]:
    service = str(request.param)
    connection = await asyncpg.connect(address(owner_url, role_names(NAME)[service], PASSWORDS[service]))
    yield service, connection
    await connection.close()


def statement(table: str, verb: Verb) -> str:
    """One that needs the verb, and what it needs besides. Rights are looked at although nothing is done."""
    columns = [*metadata.tables[table].columns]
    sql = {
        Verb.READ: f"SELECT {columns[0].name} FROM {table}",  # noqa: S608 - names of ours, here and below
        Verb.INSERT: f"INSERT INTO {table} DEFAULT VALUES",
        Verb.UPDATE: f"UPDATE {table} SET {columns[-1].name} = DEFAULT",  # noqa: S608
        Verb.DELETE: f"DELETE FROM {table}",  # noqa: S608
        Verb.LOCK: f"SELECT {columns[0].name} FROM {table} FOR UPDATE",  # noqa: S608
    }
    return f"EXPLAIN {sql[verb]}"


def as_service(owner_url: str, service: str) -> Database:
    return Database(PostgresSettings(url=address(owner_url, role_names(NAME)[service], PASSWORDS[service])), service)


async def refuses(connection: asyncpg.Connection, sql: str) -> bool:
    try:
        async with connection.transaction():
            await connection.execute(sql)
    except asyncpg.InsufficientPrivilegeError:
        return True
    return False


async def test_a_service_may_do_what_the_map_says_and_is_refused_everything_else(
    role: tuple[str, asyncpg.Connection],
) -> None:
    service, connection = role
    wrong = []
    for table, verb in product(OWNERS, Verb):
        may = OWNERS[table].services.get(service, NOTHING)
        expected = verb in may or (verb is Verb.READ and service == "scheduler")
        if verb is LOCK:
            expected = expected or Verb.UPDATE in may
        if await refuses(connection, statement(table, verb)) is expected:
            wrong.append((table, verb))
    assert wrong == []
    assert any(not OWNERS[table].services.get(service, NOTHING) & WRITES for table in OWNERS)


async def test_only_those_who_may_call_a_function_can(role: tuple[str, asyncpg.Connection]) -> None:
    service, connection = role
    for function, services in FUNCTIONS.items():
        call = f"SELECT {function.replace('(date, text)', '(DATE $$2026-03-01$$, $$private$$)')}"
        assert await refuses(connection, call) is (service not in services), function


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE public.mine (x int)",
        "DROP TABLE orders",
        "TRUNCATE orders",
        "ALTER TABLE orders ADD COLUMN mine int",
        "CREATE FUNCTION public.to_char(date, text) RETURNS text LANGUAGE sql AS 'SELECT $$x$$'",
        "CREATE ROLE mine",
    ],
)
async def test_no_service_may_change_the_schema(role: tuple[str, asyncpg.Connection], sql: str) -> None:
    assert await refuses(role[1], sql)


async def test_a_days_partitions_are_made_and_dropped_by_roles_that_own_none(owner_url: str) -> None:
    names = role_names(NAME)
    connection = await asyncpg.connect(address(owner_url, names["scheduler"], PASSWORDS["scheduler"]))
    try:
        # a table of the caller's own does not stand in the function's way
        await connection.execute("CREATE TEMPORARY TABLE ai_answer (x int)")
        await connection.execute("SELECT ensure_answer_day('2026-03-02')")
        made = "SELECT count(*) FROM pg_class WHERE relname LIKE 'day_20260302_%' AND relispartition"
        assert await connection.fetchval(made + " AND relkind = 'r'") == len(DAY_TABLES)
        # what was made after the grants is in a backup
        await connection.execute("SELECT FROM day_20260302_ai_link")
        async with connection.transaction():
            await connection.execute("SELECT lock_answer_days()")
            await connection.execute("SELECT drop_answer_day('2026-03-02', 'shared')")
        assert await connection.fetchval(made) == 0
    finally:
        await connection.close()


async def test_the_chaos_tests_note_what_a_role_writes(owner_url: str) -> None:
    await audit.install(owner_url)
    scheduler = await asyncpg.connect(address(owner_url, role_names(NAME)["scheduler"], PASSWORDS["scheduler"]))
    try:
        await scheduler.execute("INSERT INTO leader VALUES ('mine', 'me', 7, now(), now())")
        await scheduler.execute("INSERT INTO job_slot (job, slot) VALUES ('noted', '1')")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await scheduler.execute("DELETE FROM audit_lead")
        assert await scheduler.fetchval("SELECT token FROM audit_lead") == 7
        assert await scheduler.fetchval("SELECT leader_token FROM audit_slot WHERE job = 'noted'") == 7
    finally:
        await scheduler.close()


async def test_the_scheduler_dumps_the_database(owner_url: str, tmp_path: Path) -> None:
    url = address(owner_url, role_names(NAME)["scheduler"], PASSWORDS["scheduler"])
    await Backup(PostgresSettings(url=url), tmp_path, 1).run(dt.date(2026, 3, 1))


async def test_an_owner_who_may_make_no_roles_goes_on_alone(owner_url: str, addresses: Addresses) -> None:
    server = await asyncpg.connect(addresses.postgres_url)
    try:
        assert await may_make_roles(owner_url)
        await server.execute("ALTER ROLE owned_owner NOCREATEROLE")
        assert not await may_make_roles(owner_url)
        said = migrate(owner_url, PASSWORDS)
        assert said.count("may not make roles (CREATEROLE)") == 1
    finally:
        await server.execute("ALTER ROLE owned_owner CREATEROLE")
        await server.close()
    assert migrate(owner_url, None).count("ANSWERLENS_SERVICE_PASSWORDS is not set") == 1


async def test_services_have_the_rights_that_a_diagnosis_needs(owner_url: str) -> None:
    """No endpoint opens one yet: the order API opens, reads, ends and cancels by its role, and the analyzer stores.

    The scheduler gives up what stands still, and ends what is past its time.
    """
    owner = await asyncpg.connect(owner_url)
    await owner.execute(
        "INSERT INTO engine (name, kind, surface, profile) VALUES ('chat-a', 'browser', 'browser', '{}')"
    )
    user = await owner.fetchval("INSERT INTO users (name, role, key_sha256) VALUES ('c', 'client', 'k') RETURNING id")
    date = dt.datetime.now(dt.UTC).date()
    form = DiagnosisForm(brands=["索尼", "Bose"], engines=["chat-a"], questions=["哪款好？"])
    try:
        async with as_service(owner_url, "order-api") as api, as_service(owner_url, "analyzer") as analyzer:
            first, second, third = [await open_diagnosis(api, user, form, date) for _ in range(3)]
            collection = await owner.fetchval("SELECT id FROM collection WHERE owner_id = $1", first)
            subjects = await subject_store.waiting(analyzer, collection)
            assert [subject.brand["name"] for subject in subjects] == ["索尼", "Bose"]
            opened = await collections.get(analyzer, collection)
            assert opened is not None
            assert await given(analyzer, opened) == []
            versions = await subject_store.versions(analyzer, opened)
            nothing: dict[str, list[object]] = {
                name: [] for name in ("competitors", "question_id", "replicate", "mentions")
            }
            found = [Found(subject.id, nothing, {}, {}, "") for subject in subjects]
            async with analyzer.transaction() as tx:
                await subject_store.store(tx, opened, found, degraded=False, made_with=versions)
            for subject in subjects:
                await subject_analysed(api, SubjectAnalysed(subject_id=subject.id, collection_id=collection))
            assert (await read_diagnosis(api, user, first)).status == "failed", "no question was answered"
            assert await read_answers(api, user, first) == []
            assert await cancel_diagnosis(api, user, second)
            failed = StageFailed(stage=StageName.SCORE, date=date, error="?", collection_id=collection)
            await collection_failed(api, failed)
            await owner.execute("UPDATE engine SET enabled = false")
            for table in ("diagnosis", "collection"):
                await owner.execute(f"UPDATE {table} SET created_at = created_at - interval '1 day'")  # noqa: S608
            async with as_service(owner_url, "scheduler") as scheduler, scheduler.transaction() as tx:
                assert await resume_private(tx, Stalled(600, 3600, 3), asked=set(), waiting=set()) == 1
                assert await end_overdue(tx, seconds=600) == 1
            assert (await read_diagnosis(api, user, third)).status == "failed"
    finally:
        for table in ("outbox", "task_log", "collection_question", "collection", "diagnosis", "engine", "users"):
            await owner.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        await owner.close()
