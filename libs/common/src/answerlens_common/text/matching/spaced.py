"""Every way to write the inner separators of a name: Demand-IQ, Demand IQ, DemandIQ; 华为 Mate 60, 华为Mate60."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, product
from math import prod
from typing import Final, NamedTuple

from answerlens_common.text.matching.lexicon import HAN
from answerlens_common.text.matching.loose import loosened

# Names with more ways to write them than this get those with all separators alike.
_MOST_WAYS: Final = 64
_PIECE: Final = re.compile(r"[^\s\-'·._&+]+|[&+]")
_SPLIT: Final = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"  # DemandIQ, LOreal
    r"|(?<=[A-Za-z]{2})(?=[0-9])"  # Mate60, but not M3 or 3M, which are other things with a space
    rf"|(?<={HAN.pattern})(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?={HAN.pattern})"
)
# Where a name in one piece may have lost its apostrophe (Loreal, Levis, Arcteryx), but not to a contraction: she'll.
_LOST: Final = re.compile(r"(?<=^[ldo])(?=[a-z]{4})|(?<=[a-z]{3})(?=s$)|(?<=[a-z]{2})(?=[a-z]{4})")


class _Joint(NamedTuple):
    """What may stand between two pieces of a name, as it was written first."""

    ways: tuple[str, ...]
    written: str


class Way(NamedTuple):
    """A way to write a name.

    Attributes:
        form: The name as it is looked for.
        needs_capitals: Whether it splits what the name joins (Linked In): a phrase (linked in), unless written large.
    """

    form: str
    needs_capitals: bool


@lru_cache(maxsize=4096)
def ways(word: str) -> tuple[Way, ...]:
    """The name in every way it may be written, as given first; folded, without accents."""
    return tuple(_ways(word))


def _ways(word: str) -> Iterator[Way]:
    plain = loosened(unicodedata.normalize("NFKC", word)).strip()
    pieces, joints = _taken_apart(plain)
    yield Way(_folded(plain), needs_capitals=False)
    options = [joint.ways for joint in joints]
    chosen = product(*options) if prod(map(len, options)) <= _MOST_WAYS else _alike(joints)
    for between in chosen:
        form = "".join(part for pair in zip(pieces, (*between, ""), strict=True) for part in pair)
        apart = zip(between, joints, pairwise(pieces), strict=True)
        yield Way(_folded(form), needs_capitals=any(_reads_apart(*each) for each in apart))
    if len(pieces) == 1:
        folded = _folded(plain)
        yield from (
            Way(f"{folded[: m.start()]}'{folded[m.start() :]}", needs_capitals=False) for m in _LOST.finditer(folded)
        )


def _reads_apart(way: str, joint: _Joint, pieces: tuple[str, str]) -> bool:
    """Whether a space makes two words of what was one (linked in, a one), which only capitals hold together."""
    if way != " " or joint.written == " " or not all(piece.isascii() and piece[0].isalpha() for piece in pieces):
        return False
    return not joint.written or min(map(len, pieces)) == 1


def _taken_apart(plain: str) -> tuple[list[str], list[_Joint]]:
    pieces: list[str] = []
    joints: list[_Joint] = []
    end = 0
    for match in _PIECE.finditer(plain):
        for n, piece in enumerate(_SPLIT.split(match.group())):
            if pieces:
                joints.append(_joint(pieces[-1], "" if n else plain[end : match.start()], piece))
            pieces.append(piece if pieces else plain[: match.start()] + piece)
        end = match.end()
    if not pieces:
        return [plain], []
    pieces[-1] += plain[end:]
    return pieces, joints


def _joint(before: str, written: str, after: str) -> _Joint:
    others: tuple[str, ...] = ("", " ", "-")
    if before in {"&", "+"} or after in {"&", "+"}:
        others = ("", " ")
    elif "'" in written:
        others = ("",)
    elif HAN.match(before[-1]) and HAN.match(after[0]):
        others = ("", " ", "-", "·")
    elif HAN.match(before[-1]) or HAN.match(after[0]):
        others = ("", " ")
    elif before[-1].isdigit() and after[0].isdigit():
        others = (" ", "-")
    elif "." in written:
        others = ("", " ", ".", ". ")
    elif not written and before in {"L", "D", "O"}:
        others = ("", " ", "-", "'")
    return _Joint(tuple(dict.fromkeys((written, *others))), written)


def _alike(joints: list[_Joint]) -> Iterator[tuple[str, ...]]:
    yield tuple(joint.written for joint in joints)
    for way in ("", " ", "-"):
        yield tuple(way if way in joint.ways else joint.written for joint in joints)


def _folded(form: str) -> str:
    return loosened(unicodedata.normalize("NFKC", form.casefold()))
