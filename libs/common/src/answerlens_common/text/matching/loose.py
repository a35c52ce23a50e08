"""What else is the same to a reader: kinds of dash, of apostrophe and of middle dot, and letters with accents.

Applied to folded text at the moment of looking, character by character, so that every offset stays; what is stored
stays Unicode's own folding.
"""

import re
import unicodedata
from functools import cache
from typing import Final

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES: Final = "\u2018\u2019\u02bc\u2032\u00b4`"
_DOTS: Final = "\u2022\u2027\u2219\u22c5\u30fb"
_MARKS: Final = {
    ord(each): plain for kind, plain in ((_DASHES, "-"), (_APOSTROPHES, "'"), (_DOTS, "\u00b7")) for each in kind
}
# Letters with a stroke have no decomposition.
_STROKES: Final = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
# Latin letters of Europe's languages and of pinyin. Vietnamese has its own block: there the marks make other words.
_ACCENTED: Final = "".join(map(chr, (*range(0xC0, 0x180), *range(0x1CD, 0x1DD), *range(0x218, 0x21C))))
_ANY: Final = re.compile(f"[{_DASHES}{_APOSTROPHES}{_DOTS}{_ACCENTED}]")
_ANY_MARK: Final = re.compile(f"[{_DASHES}{_APOSTROPHES}{_DOTS}]")


def loosened(folded: str) -> str:
    """The folded text with plain marks and without accents; as long as it was."""
    return folded.translate(_letters_and_marks()) if _ANY.search(folded) else folded


def with_plain_marks(folded: str) -> str:
    """The folded text with plain marks only, for names whose accents matter; as long as it was."""
    return folded.translate(_MARKS) if _ANY_MARK.search(folded) else folded


@cache
def _letters_and_marks() -> dict[int, str]:
    letters = {}
    for char in _ACCENTED:
        bare = _STROKES.get(char) or unicodedata.normalize("NFD", char)[0]
        if bare != char and bare.isascii():
            letters[ord(char)] = bare
    return _MARKS | letters
