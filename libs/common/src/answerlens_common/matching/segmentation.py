"""The most probable cut of a short run of Chinese characters into words (unigrams, Viterbi)."""

import math
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from answerlens_common.matching.lexicon import MAX_WORD_LENGTH, Lexicon, load_lexicon

# How often a brand's name is taken to occur in the dictionary's corpus of 60 million words, when the dictionary
# does not know it or gives it less. docs/method.md shows precision and recall over this value.
NAME_COUNT: Final = 300
# Adverbs of degree: 很|美的, 这么|美的 describe, they do not name. 比较 is not here: it is also "to compare".
_DEGREE: Final = re.compile(
    "很|太|更|最|真|好|挺|超|极|越|颇|蛮|又|既|不|非常|十分|特别|相当|格外|异常|尤其|这么|那么|这样|那样|多么|如此|越来越|有点|有些|极其"
    "|极为|颇为|稍|稍微|略微|无比|何等|愈加|更加|更为|最为|万分|过于"
)
_CLEAR_DEGREES: Final = frozenset("很太")
_PARTICLES: Final = frozenset("的地得了着过")
_MODIFYING: Final = frozenset("的地得")
# What the dictionary knows as names of things and organisations only: these do not describe.
_OTHER_NAMES: Final = frozenset({"nz", "nt", "nrt"})
# A brand with one of these is still the brand (奔驰车, 茅台酒), though the dictionary has them as one word.
_CLASS_NOUNS: Final = frozenset("牌车鞋酒机店厂系版款粉")
# Makes another word of the one before it (理想主义, 完美主义者), though the dictionary has it as a noun.
_DERIVES: Final = "主义"
# Before two characters these make a person of them (李|小鹏): frequent surnames that are hardly a word of their own.
_SURNAMES: Final = frozenset("李刘陈杨赵吴徐孙郭罗郑梁谢宋韩冯邓曹彭肖董袁潘蒋蔡魏吕沈姚卢崔谭汪廖邹薛闫侯邵龚")
_GIVEN_NAME: Final = 2
_ROUNDING: Final = 1e-9  # the same path summed in another order


class _Edge(NamedTuple):
    start: int
    end: int
    log_probability: float


def stands_as_word(run: str, start: int, end: int) -> bool:
    """Whether the name `run[start:end]` is a word in the run's most probable cut."""
    lexicon = load_lexicon()
    edges = list(_edges(run, start, end, lexicon))
    before, steps = _best_before(edges, len(run))
    after = _best_after(edges, len(run))
    within = [edge for edge in edges if start <= edge.start and edge.end <= end]
    inside = _best_before([_Edge(e.start - start, e.end - start, e.log_probability) for e in within], end - start)
    known = inside[0][end - start]
    name = max(known, math.log(NAME_COUNT) - lexicon.log_total)
    if before[start] + name + after[end] < before[len(run)] - _ROUNDING:
        return False
    previous = run[steps[start] : start]
    is_person = end - start == _GIVEN_NAME and previous in _SURNAMES
    return not is_person and not _describes(run, start, end, steps[start], lexicon)


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
                i <= start and end <= j and _is_compound(run[i:start], run[end:j], word.tag, lexicon)
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


def _is_compound(pre: str, post: str, tag: str, lexicon: Lexicon) -> bool:
    """Whether a dictionary word around the name is only the name with a noun (苹果|公司, 上海|大众, 奔驰|车).

    小米粥, 三星堆 and 物美价廉 are not: there the name is no part with a meaning of its own.
    """
    if tag == "l" and not pre and _is_no_noun(post, lexicon):  # a fragment of speech (百度|搜, 联想|起)
        return True
    if tag in {"i", "l"} or (tag == "ns" and not pre):
        return False
    return (not pre or _is_noun(pre, lexicon)) and (
        not post or post in _CLASS_NOUNS or tag == "nt" or (_is_noun(post, lexicon) and not _is_place(post, lexicon))
    )


def _is_noun(text: str, lexicon: Lexicon) -> bool:
    word = lexicon.words.get(text)
    if word is None or text.startswith(_DERIVES):
        return False
    return len(text) > 1 and word.tag.startswith("n") and not word.tag.startswith("nr")


def _is_no_noun(character: str, lexicon: Lexicon) -> bool:
    word = lexicon.words.get(character)
    return word is not None and len(character) == 1 and not word.tag.startswith("n")


def _is_place(text: str, lexicon: Lexicon) -> bool:
    return lexicon.words[text].tag == "ns"


def _describes(run: str, start: int, end: int, previous: int, lexicon: Lexicon) -> bool:
    """很|美的, 最|得力|的: an adverb of degree before a name, with a particle in or after it, makes a description."""
    name, after = run[start:end], run[end : end + 1]
    word = lexicon.words.get(name)
    ends_in_particle = name[-1] in _PARTICLES and name[:-1] in lexicon.words
    is_modifier = word is not None and word.tag not in _OTHER_NAMES and after in _MODIFYING
    return (ends_in_particle or is_modifier) and _tells_degree(run[previous:start], lexicon)


def _tells_degree(text: str, lexicon: Lexicon) -> bool:
    """Also where the dictionary has the adverb as the end of a phrase or a name: 真是太|美的."""
    return _DEGREE.fullmatch(text) is not None or (text[-1:] in _CLEAR_DEGREES and text[:-1] in lexicon.words)
