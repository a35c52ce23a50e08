"""Folding of text, so that two spellings of one thing compare equal."""

import re
import unicodedata

# What a question's key leaves out: spaces, punctuation and symbols. Kept are the marks that change a meaning:
# "C++", "C#", "5%", and the point of a decimal number (1.5 万 is not 15 万).
_NOT_IN_KEY = re.compile(r"(?!(?<=\d)\.(?=\d))[^\w+#%]|_")


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
