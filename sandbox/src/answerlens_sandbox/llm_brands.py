"""What the pretend model does with brands: finds them in questions, and names some in its own."""

from typing import Any

from pydantic import BaseModel

from answerlens_sandbox.catalogue import Field
from answerlens_sandbox.draw import fold, pick, unit
from answerlens_sandbox.intents import Intent
from answerlens_sandbox.world import World

NAMED_SHARE = 0.1
"""Of the questions on an intent about brands, so many name one, and the model lists it."""
MISNAMED_SHARE = 0.04
"""Of the questions on any other intent, so many name one all the same, and the model keeps quiet about it."""


class NamedBrands(BaseModel):
    """Data of `named_brands`."""

    keyword: str
    questions: list[str]


def named_brands(world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """List the names of the field's brands that stand in a question."""
    given = NamedBrands.model_validate(data_)
    about = world.field(given.keyword)
    text = fold(" ".join(given.questions))
    names = [name for brand in about.brands for name in brand.names if fold(name) in text]
    return {"brands": names}, len(given.questions), []


def with_brand(about: Field, intent: Intent, question: str, *key: object) -> tuple[str, list[str]]:
    """Return the question, at times with a brand put into it, and the brands that the model owns up to."""
    if unit(*key, "named") >= (NAMED_SHARE if intent.about_brands else MISNAMED_SHARE):
        return question, []
    brand = pick(about.brands, *key, "which brand")
    named = f"{question.rstrip('？')}（比如{brand.name}）？"
    return named, [brand.name] if intent.about_brands else []
