"""A leader's clock when the database no longer answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self, cast

import pytest

from answerlens_scheduler.settings import SchedulerSettings
from answerlens_scheduler.timer import Timer, leader_gauge

if TYPE_CHECKING:
    from answerlens_common.db import Database


class Deaf:
    """A database that elects whoever asks, then says nothing and takes its time to be given up."""

    def __init__(self) -> None:
        self.elected = False
        self.given_up = asyncio.Event()
        self.let_go = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """Itself."""
        yield self

    async def execute(self, _: str, /, **__: object) -> None:
        """What tells nobody anything is heard at once."""

    async def value(self, _: str, /, **__: object) -> int:
        """The token, the first time."""
        if not self.elected:
            self.elected = True
            return 1
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up.set()
            await self.let_go.wait()
        raise AssertionError


def gauge() -> float:
    return next(iter(leader_gauge.collect())).samples[0].value


async def test_it_steps_down_in_time_while_the_driver_still_clears_up_the_renewal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANSWERLENS_POSTGRES_URL", "postgresql://nobody@nowhere.invalid/nothing")
    monkeypatch.setenv("ANSWERLENS_RABBITMQ_URL", "amqp://nobody@nowhere.invalid/")
    monkeypatch.setenv("ANSWERLENS_LEADER_LEASE_SECONDS", "3")
    monkeypatch.setenv("ANSWERLENS_LEADER_RENEW_SECONDS", "0.1")
    db = Deaf()
    timer = asyncio.create_task(Timer(cast("Database", db), [], SchedulerSettings()).run())
    try:
        async with asyncio.timeout(30):
            while gauge() == 0:  # noqa: ASYNC110 - a gauge has no event for us
                await asyncio.sleep(0.01)
            await db.given_up.wait()
            while gauge() == 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        db.let_go.set()
        timer.cancel()
        await asyncio.wait([timer])
