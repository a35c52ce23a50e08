"""Whose report was made before its answers were judged is told when they have been, also when that was told before."""

from answerlens_analyzer.sentiment.handlers import SentimentHandlers
from answerlens_common.events import CollectionAnalysed, Event, OrderJudged
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from tests.integration.analyzer.conftest import Tracked, day
from tests.integration.analyzer.test_sentiment import Judge, measured
from tests.support.answered import scored, taken_from_outbox
from tests.support.collected import as_today


async def reported(tracked: Tracked, n: int) -> None:
    """The report of a day, as order-api makes it while its sentiment is pending."""
    async with tracked.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO report_version (order_id, date, version, status, why, bodies)"
            " VALUES (:order, :date, 1, 'completed', 'measured', '{}')",
            order=tracked.order_id,
            date=day(n),
        )
        await tx.execute("UPDATE measurement SET report_version = 1 WHERE date = :date", date=day(n))


async def test_a_report_that_lacks_its_sentiment_is_told_until_it_has_it(tracked: Tracked) -> None:
    await measured(tracked)
    await reported(tracked, 1)
    handlers = SentimentHandlers(tracked.db, Judge(), "judge-1")
    event = CollectionAnalysed.following(await as_today(tracked.db, scored("chat-a", day(1))))
    told: list[Event] = [OrderJudged(order_id=tracked.order_id, date=day(1), engine="chat-a")]
    assert await handlers.cached(event) is None
    lease = await acquire(tracked.db, ClaimKey.of("sentiment", event, date=day(1)), "chat-a 1", event.lane, 60)
    assert isinstance(lease, Lease)
    assert await handlers.on_collection_analysed(event, lease) == []
    assert await taken_from_outbox(tracked.db, OrderJudged) == told
    # what was told has not been heard yet, and the message comes again
    assert await handlers.cached(event) == told
    async with tracked.db.transaction() as tx:
        await tx.execute("UPDATE report_version SET complete_at = now()")
    assert await handlers.cached(event) == []


async def test_a_report_is_told_when_the_last_of_its_engines_is_judged(tracked: Tracked) -> None:
    await tracked.wait_on(1, "chat-a", "chat-b")
    await measured(tracked)
    await measured(tracked, engine="chat-b", count=20)
    await reported(tracked, 1)
    handlers = SentimentHandlers(tracked.db, Judge(), "judge-1")
    told: list[list[Event]] = []
    for engine in ("chat-a", "chat-b"):
        event = CollectionAnalysed.following(await as_today(tracked.db, scored(engine, day(1))))
        lease = await acquire(tracked.db, ClaimKey.of("sentiment", event, date=day(1)), engine, event.lane, 60)
        assert isinstance(lease, Lease)
        assert await handlers.on_collection_analysed(event, lease) == []
        told.append(await taken_from_outbox(tracked.db, OrderJudged))
    assert told == [[], [OrderJudged(order_id=tracked.order_id, date=day(1), engine="chat-b")]]
