"""Folding of text, so that two spellings of one thing compare equal."""

import re
import unicodedata

# Unicode's Default_Ignorable_Code_Point, what else is of category Cf, and two letters that look like a space.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# What a question's key leaves out: spaces, punctuation and symbols. Kept are the marks that change a meaning:
# "C++", "C#", "5%", and the point of a decimal number (1.5 万 is not 15 万).
_NOT_IN_KEY = re.compile(r"(?!(?<=\d)\.(?=\d))[^\w+#%]|_")


def without_invisible(text: str) -> str:
    """Return the text without characters that no reader sees: they make no other keyword, name or question of it."""
    return _INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """Return the text in NFKC and case-folded.

    The result may be longer or shorter than the text: offsets do not carry over.
    """
    # case folding can undo the normal form (for example of "ẞ" with a mark), hence the second pass
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def question_key(text: str) -> str:
    """Return what two questions share when they are the same but for case, width, spaces and punctuation.

    Empty for a text without a letter or a digit.
    """
    key = _NOT_IN_KEY.sub("", fold(text))
    return key if any(character.isalnum() for character in key) else ""
