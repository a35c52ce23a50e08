"""Where a name is a verb, or an old phrase: 措施|得力, 让人|联想|到, 不知乎所以."""

import re
from typing import Final

from answerlens_common.text.matching.lexicon import Lexicon

# Particles of the old written language: behind a verb they end it (不知乎, 未得也).
_OLD_PARTICLES: Final = frozenset("乎也矣焉哉")
_OLD_DENIALS: Final = frozenset("不未莫")
# Where a verb goes: 联想到, 联想起.
_GOES: Final = frozenset("到起出")
# Who or what makes one do it.
_DOING: Final = re.compile(
    "(?:[我你他她们人会能就便][又还也都]?|不禁|不由|由此|容易|自然|立刻|马上|可以|难免|往往|常常|经常|总是|忍不住|不由得|突然|忽然|瞬间|会上|席间|由此可)$"
)
# What is done well, so that a name that is a verb or an adjective can be said of it.
_DONE: Final = re.compile(
    "(?:措施|工作|管理|组织|指挥|领导|执行|监管|防控|操作|用人|部署|处置|应对|救援|保障|配合|安排|调度|指导|落实|处理|救治|护理|施工|统筹|督促)$"
)
# 很|完美 at the end of its clause.
_QUALITIES: Final = frozenset({"a", "ad", "an", "z"})
_DEGREES: Final = frozenset(
    {"很", "非常", "十分", "特别", "相当", "更", "最", "太", "不", "挺", "更加", "极其", "最为"}
)
_SAID: Final = frozenset({"v", "a", "ad", "an", "vn", "vd", "d"})


def is_told(run: str, start: int, end: int, previous: str, lexicon: Lexicon) -> bool:
    """Whether the name is what is done: 措施得力 at the end of its clause, 他联想到.

    Args:
        run: Chinese characters.
        start: Where the name begins.
        end: Where it ends.
        previous: The word before it.
        lexicon: The words.
    """
    word = lexicon.words.get(run[start:end])
    if word is None or word.tag not in _SAID:
        return False
    if end == len(run):
        return _DONE.search(previous) is not None or (word.tag in _QUALITIES and previous in _DEGREES)
    goes = word.tag == "v" and run[end] in _GOES and end + 1 < len(run) and run[end : end + 2] not in lexicon.words
    return goes and _DOING.search(run[:start]) is not None


def is_verse(run: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the name begins with a denied verb and ends with an old particle: 不|知乎|所以."""
    if not start or run[start - 1] not in _OLD_DENIALS or run[end - 1] not in _OLD_PARTICLES:
        return False
    verb = lexicon.words.get(run[start - 1 : end - 1])
    return verb is not None and verb.tag.startswith("v")
