"""Whether a Latin name stands in a text as a word of its own.

What ends a word is a space, punctuation, Chinese, or what a reader sees as an end: a change of case (vivoX100,
OPPOReno, AppleTV) or a model's letters and digits (BOSEQC45). Vivoli and Boseman are other words, and so is a name
with one capitalised word or the tail of a system: AppleScript, SonyEricsson, macOS.
"""

import re
import unicodedata
from typing import Final

from answerlens_common.text.matching.folded import FoldedText
from answerlens_common.text.matching.lexicon import HAN

# iPhone15 and vivoX100 are a name and a model; PS5, GT7, HP1 and MiFi are mostly whole names of another maker.
_SHORTEST_BEFORE_MODEL: Final = 3
_SMALL_MODEL: Final = re.compile(r"[a-z]{1,2}-?\d")
_LARGE_MODEL: Final = re.compile(r"[a-z]{1,3}-?\d")
# A longer name may have a series: opporeno12, OPPOreno. A word goes on without digits: opponent.
_SHORTEST_BEFORE_SERIES: Final = 4
_SERIES: Final = re.compile(r"[a-z]{3,6}-?\d{1,4}[a-z+]{0,4}(?![a-z0-9])")
_SMALL_SERIES: Final = re.compile(r"[a-z]{3,}")
# ASUSROG within Chinese; BOSEMAN and OPPONENT are words.
_LARGE_SERIES: Final = re.compile(r"[A-Z]{2,4}(?![A-Za-z0-9])")
# Another's name goes on with these: AppleScript, macOS, OpenAI.
_ONE_WORD: Final = re.compile(r"[A-Z][a-z]++(?![A-Z0-9]|-\d)|(?:OS|UI|AI|GPT)(?![A-Za-z0-9])")
_LONGEST_WORD: Final = 24
_SPACE: Final = re.compile(" ")
# Scripts that write no spaces between words (or, like Korean, hang particles on a name): they end a Latin word.
_EAST_ASIAN: Final = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b2ff\U00020000-\U0003ffff]"
)


def is_whole_latin(text: FoldedText, start: int, end: int) -> bool:
    """Whether no Latin word or number runs over the edges of `folded[start:end]`; Chinese edges always pass."""
    first, last = text.folded[start], text.folded[end - 1]
    before, after = neighbour(text, start - 1), neighbour(text, end)
    # No letter before a Latin name, and no digit: 500mg is not MG.
    if (is_letter(first) or first.isdigit()) and (is_letter(before) or before.isdigit()):
        return False
    if last.isdigit():
        return not after.isdigit() and (not is_letter(after) or _begins_a_word(text, end))
    if not is_letter(last):
        return True
    if after.isdigit():
        return end - start >= _SHORTEST_BEFORE_MODEL
    return not is_letter(after) or _goes_on_as_model(text, start, end)


def is_written_large(text: FoldedText, start: int, end: int) -> bool:
    """Whether no word of `folded[start:end]` but the first begins with a small letter."""
    return not any(_original(text, start + word.end()).islower() for word in _SPACE.finditer(text.folded[start:end]))


def is_letter(char: str) -> bool:
    """Letters of scripts that separate words by spaces, and the marks that sit on them."""
    if char < "\u0300":
        return char.isalpha()
    if "\u4e00" <= char <= "\u9fff":
        return False
    if char.isalpha():
        return _EAST_ASIAN.match(char) is None
    return unicodedata.category(char) in {"Mn", "Mc"}


def neighbour(text: FoldedText, position: int) -> str:
    """The folded character here, or a space beyond the text and for what only folds to letters (①, ™, ℃)."""
    if not 0 <= position < len(text.folded):
        return " "
    char = text.folded[position]
    if not (char.isdigit() or is_letter(char)):
        return char
    original = _original(text, position)
    return char if original.isalpha() or original.isdecimal() or unicodedata.category(original)[0] == "M" else " "


def _original(text: FoldedText, position: int) -> str:
    if position >= len(text.folded):
        return " "
    return text.original[text.original_span(position, position + 1)[0]]


def _begins_a_word(text: FoldedText, position: int) -> bool:
    """A capital with a small letter after it: the P of Mate60Pro, the R of OPPOReno."""
    return _original(text, position).isupper() and _original(text, position + 1).islower()


def _goes_on_as_model(text: FoldedText, start: int, end: int) -> bool:
    if end - start >= _SHORTEST_BEFORE_MODEL and (_changes_case(text, end) or _is_model(text, end)):
        return True
    return end - start >= _SHORTEST_BEFORE_SERIES and _is_series(text, start, end)


def _changes_case(text: FoldedText, end: int) -> bool:
    if not _original(text, end - 1).islower():
        return _begins_a_word(text, end)
    if not _original(text, end).isupper():
        return False
    begin = text.original_span(end, end + 1)[0]
    return _ONE_WORD.match(unicodedata.normalize("NFKC", text.original[begin : begin + _LONGEST_WORD])) is None


def _is_model(text: FoldedText, end: int) -> bool:
    """The letters and digits of a model after the name: QC45, x100."""
    is_large = _original(text, end).isupper()
    return (_LARGE_MODEL if is_large else _SMALL_MODEL).match(text.folded, end) is not None


def _is_series(text: FoldedText, start: int, end: int) -> bool:
    """A series after the name: reno12, ROG."""
    if _SERIES.match(text.folded, end) is not None:
        return True
    begin, stop = text.original_span(start, end)
    if not text.original[begin:stop].isupper():
        return False
    follows = unicodedata.normalize("NFKC", text.original[stop : stop + _LONGEST_WORD])
    if _SMALL_SERIES.match(follows):
        return True
    series = _LARGE_SERIES.match(follows)
    around = neighbour(text, start - 1) + (follows[series.end() :][:1] if series else "")
    return series is not None and HAN.search(around) is not None
