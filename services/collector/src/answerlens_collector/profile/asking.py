"""How a page is asked: the input, the way to send, the switches, the request that carries the answer."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from answerlens_collector.decoders import DECODERS, FORMER_NAMES
from answerlens_collector.profile.fields import Part, Pattern, Selector


def _known_decoder(value: str) -> str:
    value = FORMER_NAMES.get(value, value)
    if value not in DECODERS:
        message = f"no decoder has this name; there are {', '.join(sorted(DECODERS))}"
        raise ValueError(message)
    return value


class Input(Part):
    """Where the question is written."""

    selector: Selector
    kind: Literal["textarea", "input", "contenteditable"] | None = Field(
        default=None, description="for the reader: either kind is written in"
    )


class Send(Part):
    """How it is sent: a key pressed in the input, or a button clicked."""

    key: str | None = None
    click: Selector | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.key is None) == (self.click is None):
            message = "give either key or click"
            raise ValueError(message)
        return self


class Toggle(Part):
    """A switch of the page, found by selector, by its exact text, or both, and read back after it was clicked."""

    selector: Selector | None = None
    text: str | None = None
    want: bool
    attribute: str = "aria-pressed"
    on_value: str = Field(default="true", description="the attribute's value, or one word of it, when on")

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.selector is None and self.text is None:
            message = "give selector, text or both"
            raise ValueError(message)
        return self


class Stream(Part):
    """The page's own request that carries the answer."""

    url_pattern: Pattern = Field(description="searched in the request's address")
    method: Literal["GET", "POST"] = "POST"
    decoder: Annotated[str, AfterValidator(_known_decoder)]
