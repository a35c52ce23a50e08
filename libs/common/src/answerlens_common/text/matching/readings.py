"""How far a cut without the name may lead and still be no better than the one with it.

The dictionary counts words one by one, on old texts. Where the likelier cut tears a character off that stays alone
(对华|为|新款, 从小|米|离职, 在|京东方|便|比价), the name is given the benefit of the doubt.
"""

import math
from itertools import pairwise
from typing import Final

from answerlens_common.text.matching.lexicon import Lexicon

# Brands that were known when the words were counted are named several times as often today.
_GROWN: Final = math.log(1.9)
# With the name the rest of the torn word is an act of its own: 飞书|写, 高通|向.
_ACTING: Final = math.log(3)
# What follows a verb of choosing or a preposition is a thing: 买|方太|还是 and not 买方|太|还是.
_GOVERNED: Final = math.log(15)
_GOVERNORS: Final = frozenset("从在选买用由比把被给跟与向问换装修到")
_PREPOSITIONS: Final = frozenset("用从在由向被把给跟与")
_DEGREES: Final = frozenset("太很最更")
_FUNCTION_WORDS: Final = frozenset("为是有在和与及了着过上下中里")
_ACTS: Final = frozenset({"v", "p"})
_LONGEST: Final = 4  # of the word that follows
_OF: Final = frozenset("的地得")


def doubt(run: str, start: int, end: int, words: list[int], lexicon: Lexicon) -> float:
    """The lead, as a logarithm, up to which the name `run[start:end]` still stands.

    Args:
        run: Chinese characters.
        start: Where the name begins.
        end: Where it ends.
        words: Where the words of the likelier cut begin, and the run's end.
        lexicon: The words.
    """
    pieces = list(pairwise(words))
    torn = [(a, b) for a, b in pieces if b > start and a < end]
    alone = [(a, b) for a, b in torn if b - a == 1]
    follows = next(((a, b) for a, b in pieces if a >= max(end, torn[-1][1])), None)
    if follows is not None and follows[1] - follows[0] == 1 and torn[-1][1] > end:
        alone.append(follows)
    first, stop = torn[0]
    if first == start - 1 and run[first] in _GOVERNORS:
        if _tag(run[first:stop], lexicon).startswith("nr") or (alone and _is_left_over(run, stop, end, lexicon)):
            return _GOVERNED
    elif alone and torn[0] == (start, start + 1) and len(torn) > 1 and _stands_badly(run, torn[0], torn[1], lexicon):
        return _GOVERNED
    elif alone and torn[0] == (start, start + 1) and _leaves_an_act(run, (start, end), torn[-1], lexicon):
        return _ACTING
    return _GROWN if alone and run[start:end] in lexicon.words else 0.0


def _leaves_an_act(run: str, name: tuple[int, int], word: tuple[int, int], lexicon: Lexicon) -> bool:
    """飞书|写 for 飞|书写, 高通|向 for 高|通向: the rest of the noun is a verb or a preposition."""
    start, end = name
    return (
        run[start - 1 : start] not in _OF
        and _tag(run[end : word[1]], lexicon) in _ACTS
        and _tag(run[slice(*word)], lexicon).startswith("n")
    )


def _stands_badly(run: str, single: tuple[int, int], word: tuple[int, int], lexicon: Lexicon) -> bool:
    """高|通向, 用|飞|书写: a property or an act with nothing that has it, before an act."""
    kind = _tag(run[slice(*single)], lexicon)
    if _tag(run[slice(*word)], lexicon).startswith("n"):
        return False
    if single[0] == 0:
        return kind.startswith(("a", "d"))
    return kind.startswith(("a", "d", "v")) and run[single[0] - 1] in _PREPOSITIONS


def _tag(text: str, lexicon: Lexicon) -> str:
    word = lexicon.words.get(text)
    return "" if word is None else word.tag


def _is_left_over(run: str, stop: int, end: int, lexicon: Lexicon) -> bool:
    """Whether what the word torn out of the name leaves makes no sense before what follows."""
    rest = run[stop:end]
    following = next(
        (
            lexicon.words[run[end:to]].tag
            for to in range(min(len(run), end + _LONGEST), end, -1)
            if run[end:to] in lexicon.words
        ),
        "",
    )
    if rest in _OF:
        return following[:1] in {"", "c", "d", "p", "y"}
    if rest in _DEGREES:
        return following[:1] not in {"a", "v", "z", "d", "n"}
    return len(rest) == 1 and rest not in _FUNCTION_WORDS
