"""Tries an order's ordinary names on answers that are stored: what they find, and what context words would leave."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from answerlens_order_api import naming
from answerlens_order_api.cache import kept_answers
from answerlens_order_api.cache.users import User
from answerlens_order_api.context import Context
from answerlens_order_api.order_form import Brand
from answerlens_order_api.ordinary_names import NameWarning, warned
from answerlens_order_api.views import Ordered

# enough to tell a word from a name, and looked through in a moment
MOST_ANSWERS = 200
MOST_EXAMPLES = 5


class NamePreview(BaseModel):
    """What a name finds in answers that are stored already."""

    answers: int = Field(description="answers looked at", examples=[200])
    naming: int = Field(description="of these, answers that name the brand as it is ordered", examples=[33])
    with_context: int = Field(description="of these, answers that do with the proposed context words", examples=[12])
    examples: list[str] = Field(
        description="where it would no longer be found, with the characters around it",
        examples=[["把家里的插座统一起来"]],
    )


class TriedName(NameWarning):
    """The same with what the name finds."""

    preview: NamePreview | None = Field(description="null while no answers are kept that you may read")


async def tried(here: Context, user: User, order: Ordered) -> list[TriedName]:
    """The warnings for an order, tried on the newest answers that the user may read."""
    found = list(warned(order.keyword, order.brand, order.competitors))
    if not found:
        return []
    async with here.db.transaction() as tx:
        answers = await kept_answers.newest(tx, user, order.keyword, MOST_ANSWERS)
    return [
        TriedName(**dict(warning), preview=await _preview(here, user, brand, warning.context, answers))
        for brand, warning in found
    ]


async def _preview(
    here: Context, user: User, brand: Brand, context: Sequence[str], answers: Sequence[str]
) -> NamePreview | None:
    if not answers:
        return None
    trial = await here.heavy.run(user.id, naming.tried, brand.model_dump(), context, answers, MOST_EXAMPLES)
    return NamePreview(answers=len(answers), **trial._asdict())
