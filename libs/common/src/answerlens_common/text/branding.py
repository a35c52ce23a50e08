"""Whether a question is branded for an order: whether it puts one of the order's brands into the answer's mouth.

A property of (question, order), never of a shared bank. Every question says the keyword, so its occurrences are
masked before the question is searched for the order's brand and competitors: on 索尼耳机 the question
「索尼耳机怎么选」 is not branded for 索尼, and 「索尼的售后怎么样」 is. A longer name of the order around the keyword
still counts (理想汽车 on 汽车).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from answerlens_common.text.matching import BrandNames, FoldedText, Hit, Matcher, fold_text, longest

# Part of the lineage of every number, under the key `branded_rule`; rows from before it was kept have rule 1, which
# masked nothing.
BRANDED_RULE: Final = 2

Hits = Mapping[str, Sequence[Hit]]
Span = tuple[int, int]

# People leave out a keyword's spaces and hyphens, or put some in.
_LOOSE = r"[\s\-‐‑‒–—]*"
_LOOSE_CHARACTER = re.compile(_LOOSE[:-1])
# Letters of scripts that separate words by spaces: among them a keyword is a whole word, as a name is.
_WORD = r"[0-9a-z\u00c0-\u10ff]"


@dataclass(frozen=True)
class AskedQuestion:
    """What was found in a question.

    Attributes:
        keyword: where it says the keyword, in code points.
        whole: the names in it as it stands.
        masked: the names in it with the keyword masked.
    """

    keyword: tuple[Span, ...]
    whole: Hits
    masked: Hits

    def is_branded(self, keys: Sequence[str]) -> bool:
        """Whether it names one of an order's brands, given by their keys, other than by saying the keyword."""
        if longest(self.masked, keys):
            return True
        return any(
            mention.start <= start and end <= mention.end and (mention.start, mention.end) != (start, end)
            for mention in longest(self.whole, keys)
            for start, end in self.keyword
        )


class BrandedQuestions:
    """Looks for brands in the questions asked about one keyword."""

    def __init__(self, keyword: str, brands: Iterable[BrandNames]) -> None:
        self._keyword = keyword
        self._pattern = _pattern(keyword)
        self._matcher = Matcher(names.in_questions() for names in brands)

    def look_at(self, question: str) -> AskedQuestion:
        """What a question says, for all the brands at once."""
        folded = fold_text(question)
        whole = self._matcher.scan(folded)
        keyword = tuple(_occurrences(self._pattern, folded)) if self._pattern else ()
        masked = self._matcher.scan(fold_text(_masked(question, keyword))) if keyword else whole
        return AskedQuestion(keyword, whole, masked)

    def in_keyword(self, keys: Sequence[str]) -> list[str]:
        """Which of these brands the keyword names itself, in their order: nearly every answer will name them."""
        named = {mention.brand_key for mention in longest(self._matcher.scan(fold_text(self._keyword)), keys)}
        return [key for key in keys if key in named]


def _pattern(keyword: str) -> re.Pattern[str] | None:
    bare = _LOOSE_CHARACTER.sub("", fold_text(keyword).folded)
    if not bare:
        return None
    before = f"(?<!{_WORD})" if re.match(_WORD, bare[0]) else ""
    after = f"(?!{_WORD})" if re.match(_WORD, bare[-1]) else ""
    return re.compile(before + _LOOSE.join(map(re.escape, bare)) + after)


def _occurrences(pattern: re.Pattern[str], folded: FoldedText) -> Iterator[Span]:
    for found in pattern.finditer(folded.folded):
        yield folded.original_span(*found.span())


def _masked(question: str, spans: Sequence[Span]) -> str:
    """The question with a space in the place of each span."""
    pieces, done = [], 0
    for start, end in spans:
        pieces.append(question[done:start])
        done = end
    return " ".join([*pieces, question[done:]])
