"""An attempt that is given up half-way: it counts when somebody outside may have been asked, else it does not."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from answerlens_common.broker.delivery import Delivery
from answerlens_common.db import DatabaseLostError
from answerlens_common.events import KeywordRequested, Lane
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.claims import ClaimKey, Lease, LeaseLostError, acquire
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from tests.integration.common.bench import EVENT, REQUESTED, SEARCHED, WORK, Bench

TIMES_AWAY = 2
KEY = ClaimKey.of("ask", EVENT)


def stage(bench: Bench, *, limits_external_calls: bool) -> Stage[KeywordRequested]:
    return Stage(
        "search",
        KeywordRequested,
        bench.cached,
        bench.work,
        timeout=20,
        concurrency=3,
        limits_external_calls=limits_external_calls,
    )


@pytest.fixture
async def counting(bench: Bench) -> AsyncIterator[Delivery]:
    """A running consumer of a stage that asks outside."""
    delivery = Delivery("bench", RabbitSettings(url=bench.url, publish_timeout=3), WORK)
    runner = StageRunner(stage(bench, limits_external_calls=True), bench.db, delivery, WORK)
    delivery.consume(REQUESTED, KeywordRequested, runner, prefetch=3)
    await delivery.start()
    yield delivery
    await delivery.stop()


async def test_while_the_database_is_away_the_hand_back_waits(
    bench: Bench, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the attempt stays counted, and three restarts of the database end an order."""
    hand_back = Lease.hand_back
    away: list[None] = []

    async def lost(self: Lease, wait_seconds: float = 0, *, external_call_made: bool = False) -> None:
        if len(away) < TIMES_AWAY:
            away.append(None)
            message = "gone"
            raise DatabaseLostError(message)
        await hand_back(self, wait_seconds, external_call_made=external_call_made)
        await hand_back(
            self, wait_seconds, external_call_made=external_call_made
        )  # as when only the answer to the first was lost

    monkeypatch.setattr(Lease, "hand_back", lost)
    bench.errors = [DatabaseLostError("gone")]
    await delivery.publish(EVENT)
    await bench.messages(SEARCHED.name, 1, 20)
    assert len(away) == TIMES_AWAY
    assert bench.attempts == 2
    assert await bench.db.value("SELECT attempts FROM claim") == 1


async def test_nobody_is_asked_more_often_for_a_database_that_goes_away(bench: Bench, counting: Delivery) -> None:
    bench.errors = [DatabaseLostError("gone") for _ in range(9)]
    await counting.publish(EVENT)
    (dead,) = await bench.messages(REQUESTED.dead, 1, 30)
    assert "HolderDiedError" in str(dead.headers["x-error"])
    assert bench.attempts == 3


@pytest.mark.parametrize(("limits_external_calls", "attempts"), [(True, 1), (False, 0)])
async def test_a_service_that_is_told_to_stop_hands_back_what_it_has_in_hand(
    bench: Bench, *, limits_external_calls: bool, attempts: int
) -> None:
    delivery = Delivery("bench", RabbitSettings(url=bench.url), WORK)
    bench.seconds = 60
    working = asyncio.create_task(
        StageRunner(stage(bench, limits_external_calls=limits_external_calls), bench.db, delivery, WORK)(
            EVENT, "message-1"
        )
    )
    async with asyncio.timeout(20):
        while not bench.attempts:
            await asyncio.sleep(0.01)
            continue
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    row = await bench.db.row("SELECT status, attempts, lease_until FROM claim")
    assert row is not None
    assert (row["status"], row["attempts"], row["lease_until"]) == ("waiting", attempts, None)


async def test_who_dies_while_it_only_waits_leaves_no_attempt_behind(bench: Bench) -> None:
    async def taken() -> Lease:
        async with asyncio.timeout(10):
            # whoever had it lets it run out: it is dead
            while not isinstance(lease := await acquire(bench.db, KEY, "message", Lane.BULK, 0.2), Lease):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return lease

    for _ in range(3):
        waiting = await taken()
        assert waiting.attempt == 1
        await waiting.before_external_call().__aenter__()
        assert not waiting.external_call_made
    asking = await taken()
    async with asking.before_external_call():
        pass
    assert asking.external_call_made
    assert (await taken()).attempt == 2
    with pytest.raises(LeaseLostError):
        async with asking.before_external_call():
            pytest.fail("somebody else has taken it over")
