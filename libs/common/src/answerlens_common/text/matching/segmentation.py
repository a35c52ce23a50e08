"""The most probable cut of a short run of Chinese characters into words (unigrams, Viterbi)."""

import math
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from answerlens_common.text.matching.compounds import is_the_name_with_more
from answerlens_common.text.matching.lexicon import MAX_WORD_LENGTH, Lexicon, load_lexicon
from answerlens_common.text.matching.phrases import describes
from answerlens_common.text.matching.predicates import is_told, is_verse
from answerlens_common.text.matching.readings import doubt

# How often a brand's name is taken to occur in the dictionary's corpus of 60 million words, when the dictionary
# does not know it or gives it less. docs/method.md shows precision and recall over this value.
NAME_COUNT: Final = 300
# Before two characters these make a person of them (李|小鹏): frequent surnames that are hardly a word of their own.
_SURNAMES: Final = frozenset("李刘陈杨赵吴徐孙郭罗郑梁谢宋韩冯邓曹彭肖董袁潘蒋蔡魏吕沈姚卢崔谭汪廖邹薛闫侯邵龚")
# Others make a person of them before what one calls a person by (王|海信|老师).
_MORE_SURNAMES: Final = frozenset("王张黄周林何高马朱胡于程唐傅苏丁余叶任姜范方石熊金白江史顾龙万段钱汤尹常武乔贺赖文")
_CALLED: Final = re.compile(
    "老师|先生|女士|教授|医生|主任|律师|博士|院士|记者|同学|师傅|局长|市长|书记|董事长|总经理|总裁|校长|小姐|太太|同志|队长|教练|护士"
)
_GIVEN_NAME: Final = 2
_ROUNDING: Final = 1e-9  # the same path summed in another order


class _Edge(NamedTuple):
    start: int
    end: int
    log_probability: float


class Cut(NamedTuple):
    """The two most probable ways to cut a run: with the name as a word, and as it comes.

    Attributes:
        lead: How much likelier the second is, as a logarithm; at most 0 where the name stands.
        previous: Where the word before the name begins in the first.
        words: The second, as positions where its words begin, and the end.
    """

    lead: float
    previous: int
    words: list[int]


def stands_as_word(run: str, start: int, end: int) -> bool:
    """Whether the name `run[start:end]` is a word in the run's most probable cut, or in one as good as that."""
    lexicon = load_lexicon()
    best = cut(run, start, end, lexicon)
    if best.lead > _ROUNDING and best.lead > doubt(run, start, end, best.words, lexicon):
        return False
    previous = run[best.previous : start]
    is_person = end - start == _GIVEN_NAME and (
        previous in _SURNAMES or (previous in _MORE_SURNAMES and _CALLED.match(run, end) is not None)
    )
    if is_verse(run, start, end, lexicon) or is_told(run, start, end, previous, lexicon):
        return False
    return not is_person and not describes(run, start, end, best.previous, lexicon)


def cut(run: str, start: int, end: int, lexicon: Lexicon) -> Cut:
    """Cut the run with and without the name."""
    edges = list(_edges(run, start, end, lexicon))
    before, steps = _best_before(edges, len(run))
    after = _best_after(edges, len(run))
    within = [edge for edge in edges if start <= edge.start and edge.end <= end]
    inside = _best_before([_Edge(e.start - start, e.end - start, e.log_probability) for e in within], end - start)
    known = inside[0][end - start]
    name = max(known, math.log(NAME_COUNT) - lexicon.log_total)
    words = [len(run)]
    while words[-1]:
        words.append(steps[words[-1]])
    return Cut(before[len(run)] - (before[start] + name + after[end]), steps[start], words[::-1])


def _edges(run: str, start: int, end: int, lexicon: Lexicon) -> Iterator[_Edge]:
    """All dictionary words of the run in order of start, and every single character."""
    unknown = -lexicon.log_total
    for i in range(len(run)):
        for j in range(i + 1, min(len(run), i + MAX_WORD_LENGTH) + 1):
            word = lexicon.words.get(run[i:j])
            if word is None:
                if j == i + 1:
                    yield _Edge(i, j, unknown)
            elif (i, j) == (start, end) or not (
                i <= start and end <= j and is_the_name_with_more(run, (start, end), (i, j), lexicon)
            ):
                yield _Edge(i, j, word.log_probability)


def _best_before(edges: list[_Edge], length: int) -> tuple[list[float], list[int]]:
    """For every position the best logarithm from the left end, and where the last word of that path begins."""
    best, steps = [0.0, *[-math.inf] * length], [0] * (length + 1)
    for start, end, log_probability in edges:
        if best[start] + log_probability > best[end]:
            best[end], steps[end] = best[start] + log_probability, start
    return best, steps


def _best_after(edges: list[_Edge], length: int) -> list[float]:
    best = [*[-math.inf] * length, 0.0]
    for start, end, log_probability in reversed(edges):
        best[start] = max(best[start], log_probability + best[end])
    return best
