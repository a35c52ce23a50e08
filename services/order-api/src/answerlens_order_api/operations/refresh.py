"""`/api/refresh`: the nightly refresh of a date, fired by an admin."""

import datetime as dt
from http import HTTPStatus

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import FieldFault, RefusedError, TooEarlyError
from answerlens_common.events import RefreshRequested
from answerlens_order_api.rest.auth import Admin
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.fields import Date
from answerlens_orders.form import Form
from answerlens_orders.measurements.retry import retry_date
from answerlens_orders.orders import store as orders
from answerlens_orders.reports import store as versions

FILING_SECONDS = 60

router = APIRouter(prefix="/api/refresh", tags=["admin"])


class RefreshForm(Form):
    """The date to refresh."""

    date: Date = Field(examples=["2026-01-31"])
    backdate: bool = Field(
        default=False,
        description="measure orders that began later too: their later reports have new versions that say what changed",
    )


class RefreshAnswer(BaseModel):
    """What a refresh will do."""

    date: dt.date
    message: str = Field(examples=["Every live order is measured for 2026-01-31 now."])


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(
        HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
    ),
)
async def request_refresh(form: RefreshForm, ctx: Ctx, _: Admin) -> RefreshAnswer:
    """Collect and score every live keyword again for a date, and measure every live order on it that had begun by then.

    What is measured already stays; what has failed is tried again, what was withdrawn is measured anew.
    """
    async with ctx.db.transaction() as tx:
        begun = await orders.begun_by(tx, form.date)
        await _refuse(tx, form, begun)
    retried = await retry_date(ctx.db, form.date, ctx.settings.freshness)
    async with ctx.db.transaction() as tx:
        await enqueue(tx, [RefreshRequested(date=form.date, backdate=form.backdate)])
        is_measured = await orders.has_measurements(tx, form.date)
    today = dt.datetime.now(ctx.settings.calendar.zone).date()
    message = _message(form, today, begun, is_measured=is_measured, retried=len(retried))
    return RefreshAnswer(date=form.date, message=message)


async def _refuse(tx: Transaction, form: RefreshForm, begun: orders.Begun) -> None:
    if not form.backdate and begun.later and not begun.by_then:
        message = (
            f"no live order had begun by {form.date}, the first began on {begun.first_later};"
            ' "backdate": true (--backdate) measures them for a date before they began'
        )
        detail = "there is nothing to refresh on this date"
        raise RefusedError(detail, FieldFault("date", message))
    if form.backdate and begun.later and await versions.unreported(tx, 1, []):
        detail = f"reports of earlier days are still being filed; ask again in {FILING_SECONDS} s"
        raise TooEarlyError(detail, FILING_SECONDS)


def _message(form: RefreshForm, today: dt.date, begun: orders.Begun, *, is_measured: bool, retried: int) -> str:
    date = form.date
    skipped = "" if form.backdate or not begun.later else f" {begun.later} orders that began later are left out."
    if is_measured:
        again = f"; what had failed is tried again ({retried} of its keywords)" if retried else ""
        return f"{date} has measurements already: only what is missing of them is completed{again}.{skipped}"
    which = "Every live order" if form.backdate or not begun.later else "Every live order that had begun by then"
    if date > today:
        return (
            f"{which} is measured for {date} now, with today's answers: this takes that day's refresh,"
            f" which will find it done.{skipped}"
        )
    return f"{which} is measured for {date} now, with today's answers.{skipped}"
