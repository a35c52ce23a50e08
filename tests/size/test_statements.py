"""Every statement that the services send, held to what it may read on a database full of history.

`make size` records the statements while the integration tests run, then runs these. ANSWERLENS_SIZE=FULL fills 10,000
orders and not a twentieth of that.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerlens_cli.stack.stack import backing_services
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings
from tests.size import seeding
from tests.size.bounds import EXCUSED, UNHEARD
from tests.size.holding import hold
from tests.size.recording import FOLDER_VARIABLE
from tests.size.statements import REPOSITORY, Place, Statement, recorded, unheard

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

SIZE: seeding.Size = getattr(seeding, os.environ.get("ANSWERLENS_SIZE", "TWENTIETH"))
SHOWN = 40


@pytest.fixture(scope="module")
def statements() -> list[Statement]:
    found = recorded(Path(os.environ[FOLDER_VARIABLE]))
    assert found, "nothing was recorded"
    return found


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated database of our own."""
    with backing_services(tmp_path_factory.mktemp("run")) as addresses:
        subprocess.run(
            [sys.executable, "-m", "answerlens_common.db.migrations"],
            check=True,
            env={**os.environ, "ANSWERLENS_POSTGRES_URL": addresses.postgres_url},
            cwd=REPOSITORY,
        )
        yield addresses.postgres_url


@pytest.fixture(scope="module")
async def full(url: str) -> str:
    """The address of a filled one."""
    async with Database(PostgresSettings(url=url, command_timeout=1800)) as db:
        today: dt.date = await db.value("SELECT CURRENT_DATE")
        await seeding.fill(db, SIZE, today)
    return url


def test_every_place_that_sends_a_statement_was_heard(statements: list[Statement]) -> None:
    def said(place: Place) -> str:
        return f"{place.path}::{place.function}"

    assert {said(place) for place in unheard(statements)} <= UNHEARD.keys()


def test_who_is_excused_sends_something(statements: list[Statement]) -> None:
    assert EXCUSED.keys() <= {one.name for one in statements}


@pytest.mark.fault("F53")
async def test_no_statement_reads_more_than_it_may(full: str, statements: list[Statement]) -> None:
    held = await hold(full, statements, SIZE)
    sys.stdout.write("".join(f"{one}\n" for one in held[:SHOWN]))
    assert len(held) > len(statements) / 2
    assert [str(one) for one in held if one.fails] == []


@pytest.mark.fault("F53")
async def test_one_that_reads_all_that_was_is_told(full: str) -> None:
    sql = "SELECT count(*) FROM claim WHERE lease_until > :moment"
    one = Statement("services/x/src/answerlens_x/y.py", 1, "z", sql, {"moment": dt.datetime.now(dt.UTC)})
    (held,) = await hold(full, [one], SIZE)
    assert held.fails
    assert held.cost.whole == ("claim",)
