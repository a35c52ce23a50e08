"""`/api/refresh`: the nightly refresh of a date, fired by an admin."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from answerlens_common.events import RefreshRequested
from answerlens_common.outbox import enqueue
from answerlens_order_api.auth import Admin
from answerlens_order_api.context import Here
from answerlens_order_api.problems import responses

router = APIRouter(prefix="/api/refresh", tags=["admin"])


def _date(value: object) -> dt.date:
    if not isinstance(value, str):
        message = "must be a date, such as 2026-01-31"
        raise ValueError(message)  # noqa: TRY004 - pydantic makes a field error of a ValueError only
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        message = f"{value!r} is not a date, such as 2026-01-31"
        raise ValueError(message) from None


class RefreshForm(BaseModel):
    """The date to refresh."""

    model_config = ConfigDict(extra="forbid")

    date: Annotated[dt.date, BeforeValidator(_date)] = Field(examples=["2026-01-31"])


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def request_refresh(form: RefreshForm, here: Here, _: Admin) -> RefreshForm:
    """Collect and score every live keyword again for a date, and measure every live order on it."""
    async with here.db.transaction() as tx:
        await enqueue(tx, [RefreshRequested(date=form.date)])
    return form
