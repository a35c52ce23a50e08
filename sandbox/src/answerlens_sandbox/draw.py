"""Pure draws: the same parts always give the same number, so the sandbox needs no random state."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
_STEPS = 1 << 64


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return text as compared here: NFKC, case-folded, without spaces and sentence marks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if not unicodedata.category(char).startswith(("P", "Z", "C")))


def number(*parts: object) -> int:
    """Return an integer in [0, 2**64) that depends on the parts only."""
    key = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())


def unit(*parts: object) -> float:
    """Return a number in [0, 1) that depends on the parts only."""
    return number(*parts) / _STEPS


def between(low: int, high: int, *parts: object) -> int:
    """Return an integer in [low, high]."""
    return low + number(*parts) % (high - low + 1)


def pick(choices: Sequence[T], *parts: object) -> T:
    """Return one of the choices."""
    return choices[number(*parts) % len(choices)]


def shuffled(choices: Sequence[T], *parts: object) -> list[T]:
    """Return the choices in a drawn order."""
    order = sorted(range(len(choices)), key=lambda index: number(*parts, index))
    return [choices[index] for index in order]


def digits(length: int, *parts: object) -> str:
    """Return a decimal identifier of `length` digits that does not start with 0."""
    low = 10 ** (length - 1)
    return str(low + number(*parts) % (9 * low))


def hexadecimal(length: int, *parts: object) -> str:
    """Return `length` hexadecimal digits (at most 64)."""
    key = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(key.encode(), digest_size=32).hexdigest()[:length]


def filled(pattern: str, slots: Mapping[str, object]) -> str:
    """Return the pattern with its `{slot}` marks filled; unlike str.format it leaves other braces alone."""
    for name, value in slots.items():
        pattern = pattern.replace("{" + name + "}", str(value))
    return pattern
