"""`/api/mentions/preview`: try a brand's names on texts of one's own before ordering."""

from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from answerlens_common.errors import RefusedError
from answerlens_order_api.auth import SignedIn
from answerlens_order_api.context import Here
from answerlens_order_api.forms import Form
from answerlens_order_api.guard import BYTES_A_CHARACTER, MAX_BODY_BYTES
from answerlens_order_api.naming import MOST_SHOWN, MOST_SHOWN_IN_ALL, previewed
from answerlens_order_api.order_form import Brand, Competitors, contradictions_of
from answerlens_order_api.problems import responses

MOST_CHARACTERS = 20_000
MOST_TEXTS = 50

PREVIEW = "/api/mentions/preview"
MAX_PREVIEW_BYTES = MAX_BODY_BYTES + MOST_TEXTS * MOST_CHARACTERS * BYTES_A_CHARACTER
"""As many texts as are allowed, as long as they may be, besides the brands of the largest order."""

router = APIRouter(prefix=PREVIEW, tags=["mentions"])

Text = Annotated[str, Field(max_length=MOST_CHARACTERS)]


class MentionsForm(Form):
    """Texts, and the brands to find in them."""

    text: Text | None = Field(default=None, examples=["索尼和华为都不错，SONY 更贵。"])
    texts: Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)] | None = Field(
        default=None, description="several texts in place of one"
    )
    brand: Brand
    competitors: Competitors = Field(default=[])

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if (self.text is None) == (self.texts is None):
            message = "give either text or texts"
            raise ValueError(message)
        return self


class MentionView(BaseModel):
    """Where a text names a brand, in code points of the text as it was sent; `end` is exclusive."""

    start: int = Field(examples=[0])
    end: int = Field(examples=[2])
    text: str = Field(examples=["索尼"])


class TextMentions(BaseModel):
    """What one text names: every brand that was asked for, by name, in order of the text."""

    mentions: dict[str, list[MentionView]] = Field(
        description=f"the first {MOST_SHOWN} of each, while there are not {MOST_SHOWN_IN_ALL} in all"
    )
    counts: dict[str, int] = Field(description="how many there are", examples=[{"索尼": 2}])


class MentionsPreview(BaseModel):
    """The same for every text, in the order in which they were sent."""

    results: list[TextMentions]


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
async def preview_mentions(form: MentionsForm, here: Here, user: SignedIn) -> Response:
    """Show where texts name the brands, by the rules that answers are measured with. Nothing is stored."""
    errors = await contradictions_of(here.heavy, user.id, form.brand, form.competitors)
    if errors:
        detail = "the brands cannot be told apart"
        raise RefusedError(detail, *errors)
    brands = [brand.model_dump() for brand in (form.brand, *form.competitors)]
    texts = form.texts if form.text is None else [form.text]
    found = await here.heavy.run(user.id, previewed, brands, texts or [])
    return Response(found, media_type="application/json")
