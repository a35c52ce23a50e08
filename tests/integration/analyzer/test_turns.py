"""However many orders one client places, the next of each other client is among the first that are analysed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest

from answerlens_analyzer import analysing, handlers
from answerlens_analyzer.analyse import Analysed, each_by_itself
from answerlens_analyzer.sentiment import handlers as sentiment_handlers
from answerlens_analyzer.sentiment.handlers import SentimentHandlers
from answerlens_analyzer.store import Order, StoredAnswer
from answerlens_common.events import CollectionAnalysed, CollectionScored, Event, OrderAnalysed
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from tests.integration.analyzer.conftest import QUESTIONS, Tracked, day
from tests.integration.analyzer.test_sentiment import Judge
from tests.support.answered import KEYWORD, Given, analyse, as_json, scored, store_day
from tests.support.collected import as_today

FLOOD = 45


async def ordered(tracked: Tracked, client: str, count: int) -> list[UUID]:
    """Orders of a client that wait for chat-a on the first day."""
    async with tracked.db.transaction() as tx:
        rows = await tx.rows(
            "WITH client AS (INSERT INTO users (name, role, key_sha256) VALUES (:client, 'client', :client)"
            " RETURNING id), placed AS (INSERT INTO orders"
            " (user_id, keyword, brand_name, brand, engines, first_date, created_at)"
            " SELECT id, :keyword, '索尼', CAST(:brand AS jsonb), ARRAY['chat-a'], :date,"
            " now() + n * interval '1 s' FROM client CROSS JOIN generate_series(1, :count) n RETURNING id),"
            " opened AS (INSERT INTO measurement (order_id, date, keyword) SELECT id, :date, :keyword FROM placed)"
            " INSERT INTO measurement_engine (order_id, date, engine) SELECT id, :date, 'chat-a' FROM placed"
            " RETURNING order_id",
            client=client,
            count=count,
            keyword=KEYWORD,
            date=day(1),
            brand=as_json({"name": "索尼"}),
        )
    return [row["order_id"] for row in rows]


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[set[UUID]]:
    """The orders of each turn."""
    seen: list[set[UUID]] = []

    def noted(
        answers: Sequence[StoredAnswer], orders: Sequence[Order], surface: str, keyword: str
    ) -> Mapping[UUID, Analysed | Exception]:
        seen.append({order.order_id for order in orders})
        return each_by_itself(answers, orders, surface, keyword)

    monkeypatch.setattr(analysing, "each_by_itself", noted)
    return seen


@pytest.mark.fault("F54")
async def test_no_client_waits_for_all_that_another_has_ordered(tracked: Tracked, turns: list[set[UUID]]) -> None:
    flood = await ordered(tracked, "flood", FLOOD)
    (late,) = await ordered(tracked, "late", 1)
    await store_day(tracked.db, "chat-a", day(1), {f"q{n:03}": Given(text="推荐索尼。") for n in range(QUESTIONS)})
    events = await analyse(tracked.db, "chat-a", day(1))
    assert [len(turn) for turn in turns] == [20, 20, 6]
    assert late in turns[0]
    told = [event.order_id for event in events if isinstance(event, OrderAnalysed)]
    assert sorted(told) == sorted([*flood, late]), "each once"
    assert told.index(late) < 2, "not after all the others"


async def test_an_order_that_cannot_be_told_is_not_stored(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise RuntimeError

    await ordered(tracked, "acme 2", 1)
    await store_day(tracked.db, "chat-a", day(1), {f"q{n:03}": Given(text="推荐索尼。") for n in range(QUESTIONS)})
    monkeypatch.setattr(analysing, "enqueue", refuse)
    with pytest.raises(RuntimeError):
        await analyse(tracked.db, "chat-a", day(1))
    assert await tracked.db.value("SELECT count(*) FROM mention_percentage") == 0


async def test_a_message_follows_itself_when_its_time_is_over(
    tracked: Tracked, turns: list[set[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "TURN_SECONDS", 0.0)
    flood = await ordered(tracked, "flood", FLOOD)
    await store_day(tracked.db, "chat-a", day(1), {f"q{n:03}": Given(text="推荐索尼。") for n in range(QUESTIONS)})
    events = await analyse(tracked.db, "chat-a", day(1))
    assert [type(event) for event in events if not isinstance(event, OrderAnalysed)][-1] is CollectionScored
    assert sum(isinstance(event, OrderAnalysed) for event in events) == len(turns[0]) == 20, (
        "what was told is told once"
    )
    while any(isinstance(event, CollectionScored) for event in events):
        events = await analyse(tracked.db, "chat-a", day(1))
    assert sorted(order for turn in turns for order in turn) == sorted(flood)


async def test_a_message_that_judges_follows_itself_too(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> None:
    await ordered(tracked, "flood", 3)
    await store_day(tracked.db, "chat-a", day(1), {f"q{n:03}": Given(text="推荐索尼。") for n in range(QUESTIONS)})
    await analyse(tracked.db, "chat-a", day(1))
    monkeypatch.setattr(sentiment_handlers, "TURN_SECONDS", 0.0)
    judging = SentimentHandlers(tracked.db, Judge(), "judge-1")
    event = CollectionAnalysed.following(await as_today(tracked.db, scored("chat-a", day(1))))
    left: list[int] = []
    following: list[Event] = [event]
    while following == [event]:
        lease = await acquire(tracked.db, ClaimKey.of("sentiment", event, date=day(1)), "1", event.lane, 60)
        assert isinstance(lease, Lease)
        following = await judging.on_collection_analysed(event, lease)
        await lease.hand_back()
        left.append(await tracked.db.value("SELECT count(*) FROM measurement_outcome WHERE NOT judged"))
    assert (left, following) == ([2, 1, 0], [])


async def test_news_on_its_way_is_not_said_again_and_what_was_lost_is(tracked: Tracked) -> None:
    orders = await ordered(tracked, "flood", 3)
    await store_day(tracked.db, "chat-a", day(1), {f"q{n:03}": Given(text="都可以。") for n in range(QUESTIONS)})
    assert len(await analyse(tracked.db, "chat-a", day(1))) == len(orders)
    assert await analyse(tracked.db, "chat-a", day(1)) == [], "it may still be on its way"
    late = await ordered(tracked, "late", 1)
    assert [event.order_id for event in await analyse(tracked.db, "chat-a", day(1))] == late  # type: ignore[attr-defined]
    async with tracked.db.transaction() as tx:
        await tx.execute("UPDATE mention_percentage SET created_at = created_at - interval '1 minute'")
    again = await analyse(tracked.db, "chat-a", day(1))
    assert sorted(event.order_id for event in again) == sorted([*orders, *late])  # type: ignore[attr-defined]
