"""Chinese clauses as words, each with what it does in saying that nothing is known."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from answerlens_common.text.matching.absence_lexis import LONGEST, ROLES, Role

CLAUSE: Final = re.compile(r"[,，。!?;:\n…—()]+|--+|\.\s")
# A date is no word; nor is any mark but those between names.
_MARKS: Final = re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|初)?|[^\w、/]+|_+")
_BY_YOU: Final = re.compile(
    "[你您](?:刚才|上面|这里)?(?:所|想要?|要)?(?:问|说|提|指|找|了解|询问|咨询|列|写|关心|给|提供|查询|输入)"
    "(?:到|及|出|起)?(?:的|是)+"
)
_NAMED_BY_YOU: Final = "您提到的"
OPEN: Final = Role(0)


class Token(NamedTuple):
    """A word of the clause.

    Attributes:
        text: Its characters.
        role: What it may do; nothing where the word is open.
    """

    text: str
    role: Role


NAME: Final = Token("", OPEN)


def plainly(text: str) -> str:
    """The text with one wording for all that says that the reader named it (你刚才问到的)."""
    return _BY_YOU.sub(_NAMED_BY_YOU, text)


@lru_cache(maxsize=16_384)
def tokens(text: str) -> tuple[Token, ...]:
    """The text as words with the fewest open characters, then the fewest words."""
    text = _MARKS.sub("", plainly(text))
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # open characters, words, length of the last word
    for end in range(1, len(text) + 1):
        shortest = (best[end - 1][0] + 1, best[end - 1][1] + 1, 0)
        for length in range(1, min(end, LONGEST) + 1):
            if text[end - length : end] in ROLES:
                is_open, count, _ = best[end - length]
                shortest = min(shortest, (is_open, count + 1, length))
        best.append(shortest)
    found: list[Token] = []
    end = len(text)
    while end:
        length = best[end][2]
        begin = end - (length or 1)
        word = text[begin:end]
        if length:
            found.append(Token(word, ROLES[word]))
        elif found and not found[-1].role:
            found[-1] = Token(word + found[-1].text, OPEN)
        else:
            found.append(Token(word, OPEN))
        end = begin
    return tuple(_joined(found[::-1]))


def _joined(words: Sequence[Token]) -> list[Token]:
    """The words, where a single character between open ones is part of one: 扫|地|机."""
    joined: list[Token] = []
    for i, word in enumerate(words):
        is_between = 0 < i < len(words) - 1 and not words[i + 1].role and word.role == Role.FILLER
        if joined and not joined[-1].role and (not word.role or (is_between and len(word.text) == 1)):
            joined[-1] = Token(joined[-1].text + word.text, OPEN)
        else:
            joined.append(word)
    return joined


def has(words: Iterable[Token], role: Role) -> bool:
    """Whether one of the words may do this."""
    return any(word.role & role for word in words)


def is_filler(words: Sequence[Token]) -> bool:
    """Whether a clause is politeness only."""
    return all(word.role & Role.FILLER for word in words)
