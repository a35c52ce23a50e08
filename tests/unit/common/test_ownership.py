"""Every statement of the sources against the map of who owns which table."""

import importlib
from functools import reduce
from operator import or_
from textwrap import dedent

import pytest

from answerlens_common.contracts.services import SERVICES
from answerlens_common.db.ownership import (
    DELETE,
    FUNCTIONS,
    INSERT,
    LOCK,
    MECHANISM,
    OWNERS,
    READ,
    UPDATE,
    VIEWS,
    WRITES,
    Verb,
)
from answerlens_common.db.tables import metadata
from tests.ownership.needs import NOTHING, called, needs, writers
from tests.ownership.pieces import UnknownPieceError
from tests.ownership.reach import reached
from tests.ownership.rows import README_FOLDERS, readme, written_row
from tests.ownership.spelling import modules, package_of, sent, sent_by
from tests.ownership.uses import UnreadableStatementError, Use, uses


def test_every_table_has_an_owner_and_nothing_else_has() -> None:
    assert OWNERS.keys() == metadata.tables.keys()
    assert {table.owner for table in OWNERS.values()} <= {package_of(name) for name in modules()}
    assert {service for table in OWNERS.values() for service in table.services} <= {*SERVICES}


def test_statements_name_no_table_that_is_not_in_the_map() -> None:
    named = {use.table: one.place for one in sent() for use in uses(one.sql)}
    assert {table: place for table, place in named.items() if table not in OWNERS.keys() | {*VIEWS}} == {}
    assert OWNERS.keys() <= named.keys()


def test_only_the_owner_writes_a_table_and_those_who_are_named_with_a_reason() -> None:
    allowed = {(name, package) for name, table in OWNERS.items() for package in (table.owner, *table.other_writers)}
    assert {at: place for at, place in writers().items() if at not in allowed} == {}


def test_who_is_named_as_another_writer_still_writes() -> None:
    named = {(name, package) for name, table in OWNERS.items() for package in table.other_writers}
    assert named - writers().keys() == set()


def test_a_service_may_do_what_its_statements_need() -> None:
    lacking = {
        f"{service} may not {verb.name} {table}": place
        for (table, service), verbs in needs().items()
        if table in OWNERS
        for verb, place in verbs.items()
        if verb not in OWNERS[table].services.get(service, NOTHING)
    }
    assert lacking == {}


def test_a_service_may_write_no_more_than_its_statements_need() -> None:
    spare = {
        f"{service} need not {verb.name} {name}"
        for name, table in OWNERS.items()
        if name not in MECHANISM  # open to every service, since any may take part in it
        for service, verbs in table.services.items()
        for verb in verbs & (WRITES | LOCK)
        if verb not in reduce(or_, needs().get((name, service), {}), NOTHING)
    }
    assert spare == set()


def test_functions_are_open_to_those_who_call_them() -> None:
    assert {name.partition("(")[0]: {*services} for name, services in FUNCTIONS.items()} == {
        name.partition("(")[0]: called()[name.partition("(")[0]] for name in FUNCTIONS
    }


@pytest.mark.parametrize("folder", README_FOLDERS)
def test_a_readme_says_what_the_map_says(folder: str) -> None:
    """Written anew by `make docs`."""
    assert written_row(folder) in readme(folder).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", set()),
        ("SELECT pg_notify(:channel, :text)", set()),
        ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", set()),
        ("SELECT FROM a WHERE EXISTS (SELECT FROM b, c WHERE c.x = :x)", {("a", READ), ("b", READ), ("c", READ)}),
        ("INSERT INTO a (x) VALUES (:x)", {("a", INSERT)}),
        ("INSERT INTO a (x) SELECT y FROM b RETURNING x", {("a", INSERT), ("a", READ), ("b", READ)}),
        ("INSERT INTO a (x) VALUES (1) ON CONFLICT DO NOTHING", {("a", INSERT), ("a", READ)}),
        (
            "INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = excluded.x",
            {("a", INSERT), ("a", UPDATE), ("a", READ)},
        ),
        ("UPDATE a SET x = b.x FROM b WHERE b.id = a.id", {("a", UPDATE), ("a", READ), ("b", READ)}),
        (
            "WITH old AS (DELETE FROM a USING b RETURNING a.x) INSERT INTO c SELECT x FROM old",
            {("a", DELETE), ("a", READ), ("b", READ), ("c", INSERT)},
        ),
        ("SELECT 1 FROM a JOIN b USING (x) FOR UPDATE OF b", {("a", READ), ("b", READ), ("b", LOCK)}),
        ("SELECT 1 FROM a WHERE EXISTS (SELECT FROM b) FOR KEY SHARE", {("a", READ), ("a", LOCK), ("b", READ)}),
        ("SELECT x FROM unnest(CAST(:x AS text[])) WITH ORDINALITY AS given (x, n)", set()),
    ],
)
def test_what_a_statement_needs(sql: str, expected: set[tuple[str, Verb]]) -> None:
    assert uses(sql) == {Use(*each) for each in expected}


@pytest.mark.parametrize("sql", ["DROP TABLE a", "LOCK TABLE a", "TRUNCATE a", "SELECT FROM WHERE"])
def test_no_other_statement_passes(sql: str) -> None:
    with pytest.raises(UnreadableStatementError):
        uses(sql)


def written(source: str, **values: object) -> set[str]:
    return {one.sql for one in sent_by("answerlens_scorer.made_up", dedent(source), values)}


def test_a_statement_is_followed_through_its_module() -> None:
    source = """
        async def by_loop(tx):
            for table in TABLES:
                await tx.execute(f"DELETE FROM {table} WHERE {_old('x')}")

        async def by_call(tx, which):
            chosen = "a" if which else "b"
            await tx.execute("SELECT FROM " + chosen + which)

        async def calls(tx):
            await by_call(tx, " WHERE p")
            await by_call(tx, which=" WHERE q")

        def _old(column):
            return "true"
        """
    assert written(source, TABLES=("one", "two")) == {
        "DELETE FROM one WHERE true",
        "DELETE FROM two WHERE true",
        *(f"SELECT FROM {table} WHERE {which}" for table in "ab" for which in "pq"),
    }


@pytest.mark.parametrize(
    "source",
    [
        "async def send(tx, table):\n    await tx.execute(f'DELETE FROM {table}')",
        "async def send(tx):\n    await tx.execute(f'DELETE FROM {found()}')",
        "async def send(tx):\n    await tx.execute(TEXTS[0].upper())",
    ],
)
def test_a_statement_that_cannot_be_followed_is_no_statement_without_tables(source: str) -> None:
    with pytest.raises(UnknownPieceError):
        written(source, TEXTS=["x"])


def test_a_service_reaches_what_it_names_in_the_libraries_and_no_more() -> None:
    entry = "answerlens_orders.measurements.entry"
    assert (entry, "older_bank") in reached("searcher")
    assert (entry, "older_bank") not in reached("scorer")
    assert ("answerlens_common.work.claims", "acquire") in reached("scorer")
    assert importlib.import_module(entry).older_bank


def test_a_write_from_elsewhere_would_be_seen() -> None:
    (one,) = sent_by(
        "answerlens_scorer.made_up", "async def mark(tx):\n    await tx.execute('UPDATE bank SET status = 1')", {}
    )
    assert (one.package, uses(one.sql)) == ("scorer", frozenset({Use("bank", UPDATE), Use("bank", READ)}))
    assert one.package not in {OWNERS["bank"].owner, *OWNERS["bank"].other_writers}
