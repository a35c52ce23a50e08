"""Text folded for matching, once, with the way back to the original's code points.

Folding is Unicode's NFKC with case folding, without invisible characters (zero-width spaces, variation
selectors): "Ｓｏｎｙ", "SONY" and "sony" become the same. Nearly every character of a Chinese answer folds to
exactly one, so only the exceptions ("…" becomes "...", a joined accent becomes one letter) are kept.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Characters that fold to exactly one character and never join with a neighbour: most of every answer.
_PLAIN = (
    r"\x00-\x7f\u00b7\u2013\u2014\u2018-\u201d\u2022\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc"
    r"\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e"
)
_OTHER = re.compile(f"[^{_PLAIN}]+")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")
_JOINING_JAMO = re.compile("[\u1160-\u11ff]")


class Irregular(NamedTuple):
    """A stretch whose folded length differs from its original length, in code points."""

    folded_start: int
    folded_length: int
    original_start: int
    original_length: int


class FoldedText(NamedTuple):
    """A text, its folded form, and where the two run out of step.

    `folded` and `irregular` (plain integers) can be stored beside the original, and `FoldedText(original, folded,
    irregular)` is then as good as folding again.
    """

    original: str
    folded: str
    irregular: tuple[Irregular, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The code points of the original that became `folded[start:end]` (not empty), widened to whole ones."""
        return self._origin(start)[0], self._origin(end - 1)[1]

    def _origin(self, position: int) -> tuple[int, int]:
        index = bisect_right(self.irregular, position, key=_folded_start) - 1
        if index < 0:
            return position, position + 1
        folded_start, folded_length, original_start, original_length = self.irregular[index]
        beyond = position - (folded_start + folded_length)
        if beyond < 0:
            return original_start, original_start + original_length
        start = original_start + original_length + beyond
        return start, start + 1


def fold(text: str) -> str:
    """The folded form alone, for names and words to look for."""
    return fold_text(text).folded


def without_invisible(text: str) -> str:
    """The text without its invisible characters."""
    return _INVISIBLE.sub("", text)


def fold_text(text: str) -> FoldedText:
    """Fold a text in one linear pass, keeping the map back to its code points."""
    exceptions = list(_exceptions(text))
    pieces: list[str] = []
    done = 0
    for begin, end, piece in exceptions:
        pieces += (_fold_plain(text[done:begin]), piece)
        done = end
    pieces.append(_fold_plain(text[done:]))
    return FoldedText(text, "".join(pieces), _irregular(exceptions))


def refold(original: str, folded: str) -> FoldedText:
    """Put a text and its stored folded form together again; only the exceptions are looked at."""
    return FoldedText(original, folded, _irregular(_exceptions(original)))


def _irregular(exceptions: Iterable[tuple[int, int, str]]) -> tuple[Irregular, ...]:
    stretches: list[Irregular] = []
    shift = 0
    for begin, end, piece in exceptions:
        if len(piece) != 1 or end - begin != 1:
            stretches.append(Irregular(begin + shift, len(piece), begin, end - begin))
            shift += len(piece) - (end - begin)
    return tuple(stretches)


def _exceptions(text: str) -> Iterator[tuple[int, int, str]]:
    """What is not plain, character by character with whatever joins each: its span and its folded form."""
    done = 0
    for stretch in _OTHER.finditer(text):
        start = stretch.start()
        if start > done and _joins(text[start]):
            start -= 1
        for begin, end in _clusters(text, start, stretch.end()):
            yield begin, end, _fold_cluster(text[begin:end])
        done = stretch.end()


def _folded_start(stretch: Irregular) -> int:
    return stretch.folded_start


def _fold_plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _fold_cluster(text: str) -> str:
    text = without_invisible(text)
    # Case folding can undo the normal form ("İ" becomes "i" with a combining dot), so it is restored.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split into characters with whatever joins them; an invisible character stands alone."""
    begin = start
    for position in range(start + 1, end):
        if not _joins(text[position]):
            yield begin, position
            begin = position
    yield begin, end


def _joins(char: str) -> bool:
    """Whether normalisation may merge this character into the one before it."""
    if _INVISIBLE.match(char):
        return False
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(first).startswith("M") or bool(_JOINING_JAMO.match(first))
