"""What a question is after, by ordinary word rules."""

from dataclasses import dataclass
from functools import cache

from answerlens_sandbox.resources import data

# from this readiness to name brands on, an intent is about them
_ABOUT_BRANDS = 0.88


@dataclass(frozen=True)
class Intent:
    """A kind of question; `share` scales how readily its answers name brands."""

    id: str
    share: float
    names: tuple[str, ...]
    words: tuple[str, ...]
    default: bool

    @property
    def about_brands(self) -> bool:
        """Whether who has the intent asks about brands."""
        return self.share >= _ABOUT_BRANDS


@cache
def intents() -> tuple[Intent, ...]:
    """Return the intents in the order in which their words are tried."""
    return tuple(
        Intent(each["id"], each["share"], tuple(each["names"]), tuple(each["words"]), each.get("default", False))
        for each in data("intents")["intent"]
    )


def intent_of(text: str, keyword: str = "") -> Intent:
    """Return the intent of a question, or of a name for a group of questions.

    The keyword is taken out first: 「跑步鞋」 is not a question about running.
    """
    rest = text.replace(keyword, " ") if keyword else text
    for intent in intents():
        if text in intent.names:
            return intent
    for intent in intents():
        if any(word in rest for word in intent.words):
            return intent
    return next(intent for intent in intents() if intent.default)
