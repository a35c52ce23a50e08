"""`/api/refresh`: the nightly refresh of a date, fired by an admin."""

import datetime as dt
from http import HTTPStatus

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_common.events import RefreshRequested
from answerlens_common.outbox import enqueue
from answerlens_order_api.auth import Admin
from answerlens_order_api.cache import orders
from answerlens_order_api.cache.retrying import retry_date
from answerlens_order_api.context import Here
from answerlens_order_api.forms import Form
from answerlens_order_api.problems import responses
from answerlens_order_api.text import Date

router = APIRouter(prefix="/api/refresh", tags=["admin"])


class RefreshForm(Form):
    """The date to refresh."""

    date: Date = Field(examples=["2026-01-31"])


class RefreshAnswer(BaseModel):
    """What a refresh will do."""

    date: dt.date
    message: str = Field(examples=["Every live order is measured for 2026-01-31 now."])


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def request_refresh(form: RefreshForm, here: Here, _: Admin) -> RefreshAnswer:
    """Collect and score every live keyword again for a date, and measure every live order on it.

    What is measured already stays; what has failed is tried again.
    """
    retried = await retry_date(here.db, form.date, here.settings.freshness)
    async with here.db.transaction() as tx:
        await enqueue(tx, [RefreshRequested(date=form.date)])
        is_measured = await orders.has_measurements(tx, form.date)
    today = dt.datetime.now(here.settings.calendar.zone).date()
    return RefreshAnswer(
        date=form.date, message=_message(form.date, today, is_measured=is_measured, retried=len(retried))
    )


def _message(date: dt.date, today: dt.date, *, is_measured: bool, retried: int) -> str:
    if is_measured:
        again = f"; what had failed is tried again ({retried} of its keywords)" if retried else ""
        return f"{date} has measurements already: only what is missing of them is completed{again}."
    if date > today:
        return (
            f"Every live order is measured for {date} now, with today's answers: this takes that day's refresh,"
            " which will find it done."
        )
    return f"Every live order is measured for {date} now, with today's answers."
