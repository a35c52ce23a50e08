"""The most probable cut of a short run of Chinese characters into words (unigrams, Viterbi)."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from answerlens_common.text.matching.compounds import is_compound
from answerlens_common.text.matching.lexicon import MAX_WORD_LENGTH, Lexicon, load_lexicon
from answerlens_common.text.matching.phrases import describes
from answerlens_common.text.matching.readings import doubt

# How often a brand's name is taken to occur in the dictionary's corpus of 60 million words, when the dictionary
# does not know it or gives it less. docs/method.md shows precision and recall over this value.
NAME_COUNT: Final = 300
# Before two characters these make a person of them (李|小鹏): frequent surnames that are hardly a word of their own.
_SURNAMES: Final = frozenset("李刘陈杨赵吴徐孙郭罗郑梁谢宋韩冯邓曹彭肖董袁潘蒋蔡魏吕沈姚卢崔谭汪廖邹薛闫侯邵龚")
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
    is_person = end - start == _GIVEN_NAME and previous in _SURNAMES
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
                i <= start and end <= j and is_compound(run[i:start], run[end:j], word.tag, lexicon)
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
