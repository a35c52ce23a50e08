"""What names find, as it is shown."""

from pydantic import BaseModel, Field

from answerlens_orders.brands.naming import MOST_SHOWN, MOST_SHOWN_IN_ALL


class NameWarning(BaseModel):
    """A name that is also an ordinary word, and whose brand has no context words."""

    field: str = Field(examples=["brand.name"])
    name: str = Field(examples=["统一"])
    message: str
    context: list[str] = Field(description="words to propose as the brand's `context`", examples=[["方便面", "康师傅"]])


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
