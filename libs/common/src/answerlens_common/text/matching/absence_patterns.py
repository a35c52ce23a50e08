"""Patterns of what stands around a name."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_NOTHING: Final = re.compile("$^")


class Around(NamedTuple):
    """What stands before a name, up to it, and what follows, from its end: two patterns, an empty one fits all."""

    before: str
    after: str


class Surrounds:
    """Patterns of what stands around a name.

    Args:
        pairs: The patterns.
        gap: What may stand between the first one of each and the name.
    """

    def __init__(self, pairs: Iterable[Around], gap: str = "") -> None:
        every = [Around(before + gap if before else "", after) for before, after in pairs]
        # one pattern for all that need one side only: the work of trying them is the engine's
        self._before = _any([before for before, after in every if not after], "(?:{})$")
        self._after = _any([after for before, after in every if not before], "{}")
        self._both = [(re.compile(f"(?:{before})$"), re.compile(after)) for before, after in every if before and after]

    def fit(self, before: str, after: str) -> bool:
        """Whether one of the pairs fits. What follows is looked at first: it begins at the name, and seldom fits."""
        return (
            self._after.match(after) is not None
            or self._before.search(before) is not None
            or any(right.match(after) and left.search(before) for left, right in self._both)
        )


def _any(patterns: list[str], form: str) -> re.Pattern[str]:
    return re.compile(form.format("|".join(f"(?:{pattern})" for pattern in patterns))) if patterns else _NOTHING
