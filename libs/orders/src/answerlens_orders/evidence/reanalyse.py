"""Analyses an order's kept answers again, with other names when its client has edited them. No engine is asked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.contracts.statuses import EngineStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import ConflictError, RefusedError
from answerlens_common.events import CollectionScored, Event, Lane
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.accounts.store import User
from answerlens_orders.brands.contradictions import contradictions_of
from answerlens_orders.brands.form import Brand, names_in
from answerlens_orders.evidence import reanalysis_store as reanalysis
from answerlens_orders.evidence.form import ReanalysisForm
from answerlens_orders.evidence.reanalysis_store import EngineDay
from answerlens_orders.evidence.views import DayAgain, DayLeft, ReanalysisView
from answerlens_orders.orders.lock import lock
from answerlens_orders.orders.read import get_order_view
from answerlens_orders.orders.views import OrderView
from answerlens_orders.reports import store as reports
from answerlens_orders.reports.read import reports_of
from answerlens_orders.reports.versions import MOST_VERSIONS
from answerlens_orders.settings import OrdersSettings

DROPPED = "答案已删除，无法重新分析。 The answers have been dropped and cannot be analysed again."


@dataclass(frozen=True)
class Reanalysis:
    """The engines and days of an order that are analysed again, and those that cannot be."""

    again: list[EngineDay]
    dropped: list[EngineDay]


async def reanalyse(
    db: Database, settings: OrdersSettings, heavy: HeavyWork, user: User, order_id: UUID, form: ReanalysisForm
) -> ReanalysisView:
    """Analyse an order again that the user may see, and tell which of its days are under way.

    Raises:
        NotFoundError: there is no such order, as far as this user may know.
        RefusedError: see `_reopen`.
        ConflictError: see `_reopen`.
    """
    order = await get_order_view(db, settings, user, order_id)
    found = await _reopen(db, settings, heavy, user.id, order, form)
    return ReanalysisView(
        order=await get_order_view(db, settings, user, order_id),
        days=[DayAgain(date=date, engines=engines) for date, engines in _by_date(found.again).items()],
        not_recomputed=[
            DayLeft(date=date, engines=engines, reason=DROPPED) for date, engines in _by_date(found.dropped).items()
        ],
    )


async def _reopen(
    db: Database, settings: OrdersSettings, heavy: HeavyWork, user_id: UUID, order: OrderView, form: ReanalysisForm
) -> Reanalysis:
    """Change what an order looks for, and let every day whose answers are kept wait for new rates.

    Doing it twice, or while an analysis is under way, ends with one set of rates of the newest names. The reports that
    there are stay readable, and each day has a new version when it has been analysed.

    Raises:
        RefusedError: contradicting names.
        ConflictError: names that were changed meanwhile, or a day has too many versions.
        LimitReachedError: the user has ordered too much for now.
    """
    shown = order.brand.model_dump(), [competitor.model_dump() for competitor in order.competitors]
    brand, competitors = names = _names_of(*shown, form)
    await heavy.order(user_id, names_in(brand, competitors))
    if errors := await contradictions_of(heavy, user_id, brand, competitors):
        detail = "the order cannot be carried out as it is"
        raise RefusedError(detail, *errors)
    async with db.transaction() as tx:
        stored = await lock(tx, order.id)
        if _names_of(stored.brand, stored.competitors, form) != names:
            detail = "the order's names were changed meanwhile; try again"
            raise ConflictError(detail)
        await reports_of(settings).file(tx, order.id)
        days = await reanalysis.engine_days(tx, order.id)
        await _refuse_too_many(tx, order.id, [day.date for day in days if day.kept])
        await reanalysis.rename(tx, order.id, brand, competitors)
        found = Reanalysis(
            again=[day for day in days if day.kept],
            # what has failed or not yet been measured has no rates that could be wrong
            dropped=[day for day in days if day.status == EngineStatus.ANALYSED and not day.kept],
        )
        await reanalysis.reopen(tx, order.id, order.keyword, found.again)
        await enqueue(tx, _events(order.keyword, found.again), priority=order.priority)
    return found


async def _refuse_too_many(tx: Transaction, order_id: UUID, dates: Sequence[dt.date]) -> None:
    full = await reports.at_the_limit(tx, order_id, dates, MOST_VERSIONS)
    if full is not None:
        detail = (
            f"the report of {full} has {MOST_VERSIONS} versions, and no day of an order has more;"
            f" GET /api/orders/{order_id}/report/versions?date={full} lists them; POST /api/orders places a new order"
            " with other names, for which no engine is asked again what was asked today"
        )
        raise ConflictError(detail)


def _names_of(
    stored: Mapping[str, Any], rivals: Sequence[Mapping[str, Any]], form: ReanalysisForm
) -> tuple[Brand, list[Brand]]:
    brand = Brand.model_validate({**stored, **form.brand.model_dump(exclude_none=True)})
    known = {competitor["name"]: competitor for competitor in rivals}
    if form.competitors is None:
        return brand, [Brand.model_validate(competitor) for competitor in known.values()]
    # a competitor is told apart by its name, and keeps what is not said of it
    changed = ({**known.get(each.name, {}), **each.model_dump(exclude_unset=True)} for each in form.competitors)
    return brand, [Brand.model_validate(competitor) for competitor in changed]


def _events(keyword: str, days: Sequence[EngineDay]) -> list[Event]:
    return [
        CollectionScored(collection_id=day.collection_id, engine=day.engine, lane=Lane.EXPRESS, keyword=keyword)
        for day in days
        if day.collection_id is not None
    ]


def _by_date(days: Sequence[EngineDay]) -> dict[dt.date, list[str]]:
    """The engines of each date."""
    dates: dict[dt.date, list[str]] = {}
    for day in days:
        dates.setdefault(day.date, []).append(day.engine)
    return dates
