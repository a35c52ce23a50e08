"""Schedulers as processes: one leads, whatever happens to it, and every slot fires once and in the order of leaders."""

import asyncio
import datetime as dt
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings
from tests.chaos.backing import Backing, Program, program
from tests.chaos.patience import MOST_LEADERLESS_SECONDS
from tests.support.proxy import proxied

# A slot of the stalled check every second: many slots in little time.
SETTINGS = {"ANSWERLENS_STALLED_CHECK_SECONDS": "1", "ANSWERLENS_LEADER_RENEW_SECONDS": "0.5"}
PATIENCE = 120.0


@dataclass
class Schedulers:
    """Some replicas on one database."""

    backing: Backing
    url: str
    folder: Path
    db: Database
    stack: AsyncExitStack
    programs: list[Program] = field(default_factory=list)

    async def start(self, url: str | None = None, **settings: str) -> Program:
        """One more, by its own way to the database if one is given."""
        env = {"ANSWERLENS_POSTGRES_URL": url or self.url, "ANSWERLENS_RABBITMQ_URL": self.backing.rabbitmq_url}
        log = self.folder / f"scheduler-{len(self.programs)}.log"
        found = await self.stack.enter_async_context(program("answerlens_scheduler", log, env | SETTINGS | settings))
        self.programs.append(found)
        return found

    async def leader(self, after: int = 0) -> tuple[Program, int, dt.datetime]:
        """Who leads with a newer token than `after`, the token, and since when."""
        async with asyncio.timeout(PATIENCE):
            while True:
                row = await self.db.row("SELECT holder, token, since FROM leader")
                if row is not None and row["token"] > after:
                    pid = int(row["holder"].rpartition(":")[2])
                    return next(one for one in self.programs if one.process.pid == pid), row["token"], row["since"]
                await asyncio.sleep(0.1)

    async def fired_by(self, token: int, slots: int = 3) -> None:
        """Wait until the leader with this token has fired some slots."""
        async with asyncio.timeout(PATIENCE):
            while (  # noqa: ASYNC110 - a row has no event for us
                await self.db.value(
                    "SELECT count(*) FROM job_slot WHERE job = 'stalled' AND status = 'fired'"
                    " AND fencing_token = :token",
                    token=token,
                )
                < slots
            ):
                await asyncio.sleep(0.2)

    async def check(self) -> int:
        """Every slot is there, none went to a leader after a newer one had fired; how many slots."""
        rows = await self.db.rows(
            "SELECT slot, fencing_token AS token FROM job_slot WHERE job = 'stalled' ORDER BY slot"
        )
        moments = [dt.datetime.fromisoformat(row["slot"]) for row in rows]
        assert {later - earlier for earlier, later in pairwise(moments)} == {dt.timedelta(seconds=1)}
        assert all(earlier["token"] <= later["token"] for earlier, later in pairwise(rows))
        late = await self.db.rows(
            "SELECT one.slot FROM job_slot one JOIN job_slot other ON other.created_at < one.created_at"
            " AND other.fencing_token > one.fencing_token"
        )
        assert not late, "a former leader wrote after its successor"
        calendar = await self.db.rows(
            "SELECT job, count(*) AS slots FROM job_slot WHERE job IN ('partitions', 'refresh', 'cleanup') GROUP BY job"
        )
        assert {row["job"]: row["slots"] for row in calendar} == {"partitions": 1, "refresh": 1, "cleanup": 1}
        return len(rows)


@pytest.fixture
async def schedulers(backing: Backing, tmp_path: Path) -> AsyncIterator[Schedulers]:
    url = await backing.database()
    await declare(backing.rabbitmq_url, ["chat-a"], (60, 120))
    async with Database(PostgresSettings(url=url)) as db, AsyncExitStack() as stack:
        yield Schedulers(backing, url, tmp_path, db, stack)


@pytest.mark.fault("F39")
@pytest.mark.fault("F41")
async def test_a_leader_that_is_paused_for_a_minute_is_replaced_and_writes_no_more(schedulers: Schedulers) -> None:
    for _ in range(2):
        await schedulers.start()
    first, token, _ = await schedulers.leader()
    await schedulers.fired_by(token)
    paused = time.monotonic()
    os.kill(first.process.pid, signal.SIGSTOP)
    try:
        second, newer, _ = await schedulers.leader(after=token)
        replaced = time.monotonic() - paused
        assert second is not first
        assert replaced < MOST_LEADERLESS_SECONDS
        await schedulers.fired_by(newer)
        await asyncio.sleep(max(0.0, 60 - (time.monotonic() - paused)))
    finally:
        os.kill(first.process.pid, signal.SIGCONT)
    async with asyncio.timeout(PATIENCE):
        while "no longer leads" not in first.log.read_text(encoding="utf-8"):  # noqa: ASYNC110 - a small file
            await asyncio.sleep(0.2)
    await schedulers.fired_by(newer, slots=70)
    assert (await schedulers.leader())[1] == newer
    print(f"another led after {replaced:.1f} s; {await schedulers.check()} slots")


@pytest.mark.fault("F40")
async def test_of_three_the_leader_is_killed_again_and_again(schedulers: Schedulers) -> None:
    for _ in range(3):
        await schedulers.start()
    token = 0
    waits: list[float] = []
    for _ in range(3):
        leader, token, _ = await schedulers.leader(after=token)
        await schedulers.fired_by(token)
        killed = time.monotonic()
        leader.process.kill()
        if len(waits) < 2:
            await schedulers.leader(after=token)
            waits.append(time.monotonic() - killed)
            assert waits[-1] < MOST_LEADERLESS_SECONDS
        else:
            await schedulers.start()
    _, token, _ = await schedulers.leader(after=token)
    await schedulers.fired_by(token)
    figures = ", ".join(f"{seconds:.1f}" for seconds in waits)
    print(f"others led after {figures} s; {await schedulers.check()} slots")


async def leads(scheduler: Program) -> bool:
    """Whether it believes that it leads."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        page = (await client.get(f"{scheduler.url}/metrics")).text
    return "answerlens_scheduler_leader 1.0" in page


@pytest.mark.fault("F42")
async def test_a_leader_that_is_cut_off_from_the_database_steps_down_before_another_leads(
    schedulers: Schedulers,
) -> None:
    # a tenth of the lease lies between stepping down and its end: enough to see it on a busy machine
    lease = {"ANSWERLENS_LEADER_LEASE_SECONDS": "30"}
    async with proxied(schedulers.url) as proxy:
        first = await schedulers.start(proxy.url(schedulers.url), **lease)
        _, token, _ = await schedulers.leader()
        await schedulers.start(**lease)
        await schedulers.fired_by(token)
        assert await leads(first)
        proxy.deaf = True
        async with asyncio.timeout(PATIENCE):
            while await leads(first):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        stepped_down = dt.datetime.now(dt.UTC)
        second, newer, since = await schedulers.leader(after=token)
        assert second is not first
        assert stepped_down < since
        print(f"stepped down {(since - stepped_down).total_seconds():.1f} s before another led")
        await schedulers.fired_by(newer)
        # what was under way when it was cut off arrives now, and changes nothing
        proxy.deaf = False
        await schedulers.fired_by(newer, slots=10)
        assert (await schedulers.leader())[1] == newer
        await schedulers.check()
