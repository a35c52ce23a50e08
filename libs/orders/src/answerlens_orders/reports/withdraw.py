"""An admin withdraws a measurement that should not have been made: it counts nowhere any more, and its reports stay."""

import datetime as dt
from uuid import UUID

from answerlens_common.contracts.statuses import MeasurementStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import ConflictError, NotFoundError
from answerlens_common.events import MeasurementWithdrawn
from answerlens_orders.orders.lock import LockedOrder, lock
from answerlens_orders.reports import store, withdrawals
from answerlens_orders.reports.form import WithdrawalForm
from answerlens_orders.reports.read import reports_of, too_early
from answerlens_orders.reports.why import Why
from answerlens_orders.settings import OrdersSettings


async def withdraw(db: Database, settings: OrdersSettings, order_id: UUID, admin: str, form: WithdrawalForm) -> None:
    """Take a measurement out of every figure; its report has a new version that says so, and those before stay.

    The days after it are compared anew, by the analyzer, and have new versions then.

    Raises:
        NotFoundError: there is no such measurement.
        TooEarlyError: it has not ended.
        ConflictError: it is withdrawn already, or was cancelled.
    """
    reports = reports_of(settings)
    async with db.transaction() as tx:
        order = await lock(tx, order_id)
        await reports.file(tx, order_id)
        await _check(tx, settings, order, form.date)
        await withdrawals.take_out(tx, order_id, form.date, form.reason, admin)
        await reports.write(tx, order_id, form.date, Why.WITHDRAWN)
        await withdrawals.tell_client(tx, order_id, form.date, form.reason, order.keyword)
        await enqueue(tx, [MeasurementWithdrawn(order_id=order_id, date=form.date)])


async def _check(tx: Transaction, settings: OrdersSettings, order: LockedOrder, date: dt.date) -> None:
    order_id = order.id
    day = await store.day(tx, order_id, date)
    if day is None:
        listed = f"GET /api/orders/{order_id}/measurements lists the days"
        detail = f"the order was not measured on {date}; {listed}"
        raise NotFoundError(detail)
    if day.status == MeasurementStatus.WITHDRAWN:
        detail = f"the measurement of {date} is withdrawn already; {_anew(order, date)}"
        raise ConflictError(detail)
    if day.status not in {MeasurementStatus.COMPLETED, MeasurementStatus.FAILED}:
        raise await too_early(tx, settings, order_id, date, day.status)


def _anew(order: LockedOrder, date: dt.date) -> str:
    if not order.live:
        return "the order is not tracked any more; POST /api/orders places a new one"
    backdate = ', "backdate": true' if date < order.first_date else ""
    return f'POST /api/refresh {{"date": "{date}"{backdate}}} measures it anew'
