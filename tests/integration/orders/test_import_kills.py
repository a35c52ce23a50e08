"""A process that is killed in the middle of an import: another goes on, and nothing is there twice."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.db import Database
from answerlens_common.observing.failpoints import STAGE_POINTS
from answerlens_common.work import leases, runner
from answerlens_orders.imports.read import read_import
from tests.integration.orders.imported import LEFT_NOTHING, answers, import_file, json_lines, left_on_the_way, row
from tests.support.line import ENGINE, WORK, Line
from tests.support.unreliable import Broker, KilledError

ROOT = Path(__file__).parents[3]
ROWS = 12_000
BAD_EVERY = 100


@asynccontextmanager
async def working(postgres_url: str, rabbitmq_url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that works off imports."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.orders.import_worker", postgres_url, rabbitmq_url),
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _count(db: Database, sql: str) -> int:
    found: int = await db.value(sql)
    return found


@pytest.mark.parametrize("during", ["cutting", "checking"])
async def test_an_import_that_is_killed_half_way_and_sent_again_is_there_once(
    database: Database, postgres_url: str, rabbitmq_url: str, client: UUID, during: str
) -> None:
    queues = await declare(rabbitmq_url, [ENGINE], WORK.retry_delays)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        for queue in queues:
            await (await channel.get_queue(queue.name)).purge()
    rows = [row(number) if number % BAD_EVERY else {"question": "?"} for number in range(1, ROWS + 1)]
    content = json_lines(rows)
    taken = await import_file(database, client, content, brands=[])
    half_way = {
        "cutting": "SELECT count(*) FROM answer_import_batch",
        "checking": "SELECT count(*) FROM answer_import_batch WHERE checked_at IS NOT NULL",
    }[during]
    async with asyncio.timeout(120), working(postgres_url, rabbitmq_url) as process:
        while await _count(database, half_way) < 2:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    unfinished = await read_import(database, client, taken.import_id)
    assert unfinished.status == "checking"
    assert unfinished.checked_batches < ROWS / 1000
    again = await import_file(database, client, content, brands=[])
    assert (again.import_id, again.replayed) == (taken.import_id, True)
    async with asyncio.timeout(120), working(postgres_url, rabbitmq_url):
        while (view := await read_import(database, client, taken.import_id)).status == "checking":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    bad = ROWS // BAD_EVERY
    assert (view.status, view.rows, view.taken, view.refused) == ("completed", ROWS, ROWS - bad, bad)
    assert [one.line for one in view.reasons] == [BAD_EVERY * number for number in range(1, bad + 1)]
    stored = [one["question"] for one in await answers(database, view.id)]
    assert stored == [one["question"] for one in rows if "answer" in one]
    assert set((await left_on_the_way(database)).values()) == {0}
    assert await _count(database, "SELECT count(*) FROM collection") == 1


@pytest.mark.parametrize("stage", ["cut", "check_rows"])
@pytest.mark.parametrize("point", STAGE_POINTS)
async def test_a_process_that_dies_at_any_point_of_an_import_leaves_no_double_and_no_gap(
    line: Line, broker: Broker, client: UUID, monkeypatch: pytest.MonkeyPatch, stage: str, point: str
) -> None:
    rows = [row(number) for number in range(1, 2_202)] + [row(1), {}]
    taken = await import_file(line.db, client, json_lines(rows))
    # a file that is cut is not cut again
    deaths = [f"{stage}.{point}"] * (1 if stage == "cut" and point.startswith("after") else 2)

    async def reach(name: str) -> None:
        if name in deaths:
            deaths.remove(name)
            raise KilledError

    for module in (leases, runner):
        monkeypatch.setattr(module, "reach", reach)
    handlers: dict[Any, Any] = line.handlers()
    while True:
        await line.relay()
        if not broker.waiting:
            break
        event, message_id, attempts = broker.waiting.pop(0)
        try:
            await handlers[type(event)](event, message_id)
        except KilledError:
            # it comes again, behind the others, and waits for the lease of the dead
            broker.waiting.append((event, message_id, attempts))
    assert deaths == []
    view = await read_import(line.db, client, taken.import_id)
    assert (view.status, view.taken, view.rows) == ("completed", 2201, 2203)
    assert [(one.line, one.field) for one in view.reasons] == [(2202, ""), (2203, "question")]
    found = await answers(line.db, view.id)
    assert [one["number"] for one in found] == list(range(1, 2_202))
    assert await left_on_the_way(line.db) == LEFT_NOTHING
