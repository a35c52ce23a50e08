"""How much a statement may read. What needs more says why, by the function that sends it."""

from dataclasses import dataclass
from typing import Final

BLOCKS: Final = 1_500
"""Of 8 kB: a page of a list with all that it shows, an order's history, a run's answers."""


@dataclass(frozen=True)
class Excused:
    """Why a function's statements may read more than `BLOCKS`, and how much."""

    reason: str
    blocks: int
    may_read_whole: bool = False


EXCUSED: Final[dict[str, Excused]] = {}


def bound_of(name: str) -> Excused | None:
    """The excuse of the function that sends a statement, if it has one."""
    return EXCUSED.get(name)
