"""`/api/answers`: answers that were collected elsewhere are imported, scored and analysed like any other."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from answerlens_common.contracts.imports import FileFormat
from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.imports import read
from answerlens_orders.imports.form import MOST_BRANDS, ImportForm
from answerlens_orders.imports.formats import MEDIA_TYPES
from answerlens_orders.imports.receiving import receive
from answerlens_orders.imports.template import template
from answerlens_orders.imports.views import ImportView

router = APIRouter(prefix="/api/answers", tags=["answers"])
IMPORT: Final = "/api/answers/import"
_FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "the file itself; its columns are those of `/api/answers/template`. A cell of `links`"
        " that is empty says that it is not known what the answer cites; `none` or `[]`, that it cites nothing."
        " Rows beyond its first 20 engines are refused",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES},
    }
}
_TEMPLATE: Final[dict[str, Any]] = {
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES},
    "description": "a file with all columns and two rows",
}
_MEDIA_TYPE: Final = {form: kind for kind, form in reversed(MEDIA_TYPES.items())}


@router.post(
    "/import",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    ),
    openapi_extra=_FILE,
)
async def import_answers(
    request: Request,
    ctx: Ctx,
    user: SignedIn,
    response: Response,
    brand: Annotated[
        list[str],
        Query(
            max_length=MOST_BRANDS,
            description="whom to look for in the answers, each among the others; without one nothing is scored",
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
) -> ImportView:
    """Import answers that were collected elsewhere. They are yours alone: no order and no other user sees them.

    The same file, sent again with the same brands, is the same import.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    form = ImportForm(MEDIA_TYPES.get(kind, FileFormat.JSONL), brand)
    today = dt.datetime.now(ctx.settings.calendar.zone).date()
    received = await receive(ctx.db, user.id, form, today, request.stream())
    response.headers["Location"] = f"/api/answers/imports/{received.import_id}"
    if received.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return await read.read_import(ctx.db, user.id, received.import_id)


@router.get("/imports/{import_id}", responses=responses(HTTPStatus.NOT_FOUND))
async def show_import(import_id: UUID, ctx: Ctx, user: SignedIn) -> ImportView:
    """How an import of yours stands: its rows, which were refused and why, and what its answers say of the brands."""
    return await read.read_import(ctx.db, user.id, import_id)


@router.post("/imports/{import_id}/cancel", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
async def cancel_import(import_id: UUID, ctx: Ctx, user: SignedIn) -> ImportView:
    """Stop an import: no further row is taken, and what was taken is not analysed."""
    await read.cancel_import(ctx.db, user.id, import_id)
    return await read.read_import(ctx.db, user.id, import_id)


@router.get("/template", response_class=Response, responses={200: _TEMPLATE})
async def show_template(
    _: SignedIn, form: Annotated[FileFormat, Query(alias="format", description="of the file")] = FileFormat.CSV
) -> Response:
    """A file of answers to begin with: every column that there may be, and two rows."""
    headers = {"Content-Disposition": f'attachment; filename="answers.{form.value}"'}
    return Response(template(form), media_type=_MEDIA_TYPE[form], headers=headers)
