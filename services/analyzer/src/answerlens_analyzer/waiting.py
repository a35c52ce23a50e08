"""Which orders wait for their rates on a keyword's day, and of which it has not been heard that they have them."""

from collections.abc import Iterable
from uuid import UUID

from answerlens_analyzer import turns
from answerlens_analyzer.keyword_day import KeywordDay
from answerlens_analyzer.store import Order
from answerlens_common.db import Database

_WAITING = (
    " FROM measurement_engine JOIN measurement USING (order_id, date) JOIN orders ON orders.id = order_id"
    " WHERE measurement.keyword = :keyword AND date = :date AND measurement_engine.engine = :engine"
    " AND measurement_engine.status = 'pending' AND measurement.status IN ('queued', 'running')"
)
_RATES = (
    " FROM mention_percentage rates WHERE rates.order_id = orders.id AND rates.date = :date AND rates.engine = :engine"
)
_HAS_RATES = f" EXISTS (SELECT{_RATES})"
# News of younger rates is probably still in a queue; saying it again would only make the queue longer.
_HEARD_SECONDS = 20.0
_HAD_RATES = f" EXISTS (SELECT{_RATES} AND rates.created_at < now() - make_interval(secs => :seconds))"
# Names are read of those orders alone whose turn it is.
_TURNS = f"SELECT orders.id, {turns.PLACE}{_WAITING} AND NOT{_HAS_RATES} AND orders.id <> ALL(CAST(:besides AS uuid[]))"


async def waits(db: Database, day: KeywordDay) -> bool:
    """Whether an order waits for its rates on the day's engine."""
    return bool(await db.value(f"SELECT EXISTS (SELECT{_WAITING} AND NOT{_HAS_RATES})", **_of(day)))


async def unanalysed(db: Database, day: KeywordDay, besides: Iterable[UUID]) -> list[Order]:
    """The orders whose turn it is among those that wait for their rates on the day's engine, without some."""
    rows = await db.rows(
        f"SELECT orders.id, orders.brand, orders.competitors FROM ({_TURNS}) waiting JOIN orders USING (id)"  # noqa: S608 - a constant
        " ORDER BY turn, orders.created_at, orders.id LIMIT :limit",
        besides=list(besides),
        limit=turns.ORDERS,
        **_of(day),
    )
    return [Order(row["id"], row["brand"], row["competitors"]) for row in rows]


async def unheard(db: Database, day: KeywordDay) -> list[UUID]:
    """The orders that have had their rates for a while, and whose measurement does not know it yet."""
    rows = await db.rows(
        f"SELECT orders.id{_WAITING} AND{_HAD_RATES} ORDER BY orders.id", seconds=_HEARD_SECONDS, **_of(day)
    )
    return [row["id"] for row in rows]


async def has_rates(db: Database, day: KeywordDay) -> bool:
    """Whether any order has its rates on the day's engine."""
    return bool(
        await db.value(
            "SELECT EXISTS (SELECT FROM measurement JOIN mention_percentage rates USING (order_id, date)"
            " WHERE measurement.keyword = :keyword AND date = :date AND rates.engine = :engine)",
            **_of(day),
        )
    )


def _of(day: KeywordDay) -> dict[str, object]:
    return {"keyword": day.keyword, "engine": day.engine, "date": day.date}
