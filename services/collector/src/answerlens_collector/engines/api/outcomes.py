"""What an error of a provider is to the collector."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from answerlens_common.contracts.statuses import AnswerStatus


class Outcome(StrEnum):
    """What an error is. The first two may pass, and the question is asked again later; the others are its end."""

    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    REFUSED = AnswerStatus.REFUSED.value
    LOGIN_REQUIRED = AnswerStatus.LOGIN_REQUIRED.value
    FAILED = AnswerStatus.FAILED.value

    @property
    def may_pass(self) -> bool:
        """Whether the same question may be answered later."""
        return self in {Outcome.RATE_LIMITED, Outcome.UNAVAILABLE}


SENTENCES: Final[Mapping[Outcome, str]] = {
    Outcome.RATE_LIMITED: "it asks for a slower pace",
    Outcome.UNAVAILABLE: "it is in trouble",
    Outcome.REFUSED: "its filter declined the question",
    Outcome.LOGIN_REQUIRED: "the account cannot be used",
    Outcome.FAILED: "it cannot do what the engine's file asks for",
}
