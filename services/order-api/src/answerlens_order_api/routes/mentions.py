"""`/api/mentions/preview`: try a brand's names on texts of one's own before ordering."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.body_limit import BYTES_A_CHARACTER, MAX_BODY_BYTES
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.brands.form import MOST_CHARACTERS, MOST_TEXTS, MentionsForm
from answerlens_orders.brands.preview import preview
from answerlens_orders.brands.views import MentionsPreview

PREVIEW = "/api/mentions/preview"
MAX_PREVIEW_BYTES = MAX_BODY_BYTES + MOST_TEXTS * MOST_CHARACTERS * BYTES_A_CHARACTER
"""As many texts as are allowed, as long as they may be, besides the brands of the largest order."""

router = APIRouter(prefix=PREVIEW, tags=["mentions"])


@router.post(
    "",
    response_model=MentionsPreview,
    responses=responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)
async def preview_mentions(form: MentionsForm, ctx: Ctx, user: SignedIn) -> Response:
    """Show where texts name the brands, by the rules that answers are measured with. Nothing is stored."""
    return Response(await preview(ctx.heavy, user.id, form), media_type="application/json")
