"""Chinese in its two scripts: what a text is in simplified characters, and every way to write a name.

Conversion is OpenCC's, with the dictionaries inside its package: nothing is fetched.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import product
from math import prod
from typing import Final, NamedTuple

from opencc import OpenCC

# OpenCC's standard, Taiwan's and Hong Kong's traditional characters.
_TO_TRADITIONAL: Final = ("s2t", "s2tw", "s2hk")
_HAN: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2A6E0))
# Names with more ways to write them than this get the usual ones only.
_MOST_SPELLINGS: Final = 64


class _Characters(NamedTuple):
    """The characters that OpenCC simplifies.

    Attributes:
        traditional: All of them.
        forms: For a simplified character all that become it (发: 發, 髮).
    """

    traditional: frozenset[str]
    forms: Mapping[str, tuple[str, ...]]


def simplified(text: str) -> str:
    """The text in simplified characters, each in its place; the text itself where there is nothing to simplify."""
    if _characters().traditional.isdisjoint(text):
        return text
    converted = _converter("t2s").convert(text)
    return converted if len(converted) == len(text) else text


@lru_cache(maxsize=4096)
def spellings(name: str) -> tuple[str, ...]:
    """The name as given, then every other way to write it in simplified and traditional characters.

    Conversion by words alone would miss the spelling a company chose (钟薛高 is 鍾薛高 to OpenCC, 鐘薛高 on its
    boxes), so characters are exchanged one by one as well.
    """
    plain = simplified(name)
    ways = [(character, *_characters().forms.get(character, ())) for character in plain]
    every = map("".join, product(*ways)) if prod(map(len, ways)) <= _MOST_SPELLINGS else ()
    usual = (_converter(way).convert(plain) for way in _TO_TRADITIONAL)
    return tuple(dict.fromkeys((name, plain, *usual, *every)))


@cache
def _converter(way: str) -> OpenCC:
    return OpenCC(way)


@cache
def _characters() -> _Characters:
    characters = [chr(point) for start, end in _HAN for point in range(start, end)]
    converted = _converter("t2s").convert("\n".join(characters)).split("\n")
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for character, plain in zip(characters, converted, strict=True):
        if character != plain:
            forms[plain].append(character)
    traditional = frozenset(form for each in forms.values() for form in each)
    return _Characters(traditional, {plain: tuple(each) for plain, each in forms.items()})
