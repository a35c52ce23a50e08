"""`/api/mentions/preview`: try a brand's names on texts of one's own before ordering."""

from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from answerlens_common.matching import Matcher, fold_text
from answerlens_order_api.auth import SignedIn
from answerlens_order_api.forms import Form
from answerlens_order_api.guard import BYTES_A_CHARACTER, MAX_BODY_BYTES
from answerlens_order_api.order_form import Brand, Competitors, brands_of, contradictions
from answerlens_order_api.problems import ProblemError, responses

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

    mentions: dict[str, list[MentionView]]


class MentionsPreview(BaseModel):
    """The same for every text, in the order in which they were sent."""

    results: list[TextMentions]


@router.post(
    "",
    responses=responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)
# not async: FastAPI runs it in a thread, so that long texts hold nobody up
def preview_mentions(form: MentionsForm, _: SignedIn) -> MentionsPreview:
    """Show where texts name the brands, by the rules that answers are measured with. Nothing is stored."""
    errors = contradictions(form.brand, form.competitors)
    if errors:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "the brands cannot be told apart", errors)
    matcher = Matcher(brand.looked_for(brand.name) for _, brand in brands_of(form.brand, form.competitors))
    names = [brand.name for _, brand in brands_of(form.brand, form.competitors)]
    texts = form.texts if form.text is None else [form.text]
    return MentionsPreview(results=[_found(matcher, names, text) for text in texts or ()])


def _found(matcher: Matcher, names: list[str], text: str) -> TextMentions:
    mentions: dict[str, list[MentionView]] = {name: [] for name in names}
    for name, start, end in matcher.find(fold_text(text)):
        mentions[name].append(MentionView(start=start, end=end, text=text[start:end]))
    return TextMentions(mentions=mentions)
