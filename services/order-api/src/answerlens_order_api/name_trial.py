"""Tries an order's ordinary names on answers that are stored: what they find, and what context words would leave."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, Field

from answerlens_common.db import Database
from answerlens_common.matching import Matcher, fold_text
from answerlens_order_api.cache import kept_answers
from answerlens_order_api.cache.users import User
from answerlens_order_api.order_form import Brand
from answerlens_order_api.ordinary_names import NameWarning, warned
from answerlens_order_api.views import Ordered

# enough to tell a word from a name, and looked through in a moment
MOST_ANSWERS = 200
MOST_EXAMPLES = 5
_AROUND = 20


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


async def tried(db: Database, user: User, order: Ordered) -> list[TriedName]:
    """The warnings for an order, tried on the newest answers that the user may read."""
    found = list(warned(order.keyword, order.brand, order.competitors))
    if not found:
        return []
    async with db.transaction() as tx:
        answers = await kept_answers.newest(tx, user, order.keyword, MOST_ANSWERS)
    return await asyncio.to_thread(_try, found, answers)


def _try(found: Sequence[tuple[Brand, NameWarning]], answers: Sequence[str]) -> list[TriedName]:
    return [
        TriedName(**dict(warning), preview=_preview(brand, warning.context, answers) if answers else None)
        for brand, warning in found
    ]


def _preview(brand: Brand, context: Sequence[str], answers: Sequence[str]) -> NamePreview:
    names = brand.looked_for(brand.name)
    as_ordered = Matcher([names])
    near_context = Matcher([replace(names, context=tuple(context))])
    naming, with_context = 0, 0
    examples: list[str] = []
    for answer in answers:
        folded = fold_text(answer)
        found = as_ordered.find(folded)
        kept = {mention.start for mention in near_context.find(folded)}
        naming += bool(found)
        with_context += bool(kept)
        lost = next((mention for mention in found if mention.start not in kept), None)
        if lost is not None and len(examples) < MOST_EXAMPLES:
            around = answer[max(0, lost.start - _AROUND) : lost.end + _AROUND]
            examples.append(" ".join(around.split()))
    return NamePreview(answers=len(answers), naming=naming, with_context=with_context, examples=examples)
