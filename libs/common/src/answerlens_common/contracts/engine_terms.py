"""What the file of an engine of any kind says of pace and price: who plans or reckons needs no more of it."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_PLACES: Final = {"browser": 3, "api": 4}
"""How many questions at once a file means that does not say, by its engine's kind."""


class _Part(BaseModel):
    """A part of a file; its other fields are its service's."""

    model_config = ConfigDict(frozen=True)


class Pace(_Part):
    """How fast an account may be asked."""

    min_seconds_between_asks: float = Field(default=0.0, ge=0)
    pages: int | None = Field(default=None, ge=1)
    parallel: int | None = Field(default=None, ge=1)


class Price(_Part):
    """What is paid, in one currency: for a million tokens, and for a question beside them."""

    currency: str
    prompt: float = Field(default=0.0, ge=0)
    completion: float = Field(default=0.0, ge=0)
    question: float = Field(default=0.0, ge=0)

    def of(self, questions: int, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many questions cost, with so many tokens in all."""
        tokens = prompt_tokens * self.prompt + completion_tokens * self.completion
        return questions * self.question + tokens / 1_000_000


class Terms(_Part):
    """An engine's pace and price."""

    kind: str = "browser"
    pacing: Pace = Pace()
    price: Price | None = None

    @property
    def spacing(self) -> float:
        """Seconds between two questions, over all replicas."""
        return self.pacing.min_seconds_between_asks

    @property
    def places(self) -> int:
        """Questions that one replica asks at once."""
        return self.pacing.pages or self.pacing.parallel or _PLACES.get(self.kind, 1)

    @classmethod
    def of(cls, kind: str, profile: Mapping[str, object]) -> Self:
        """The terms in a stored profile. Where they cannot be read, the engine's own service refuses the file."""
        try:
            return cls.model_validate({**profile, "kind": kind})
        except ValidationError:
            return cls(kind=kind)
