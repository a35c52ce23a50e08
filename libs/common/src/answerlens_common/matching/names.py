"""What a brand is called, and where an answer names it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from answerlens_common.errors import BusinessError
from answerlens_common.matching.folded import fold


class BlankNameError(BusinessError):
    """A brand's name, alias, context or exclusion word has nothing in it to look for."""

    def __init__(self, brand_key: str, word: str) -> None:
        super().__init__(f"nothing to look for in {word!r} of brand {brand_key!r}")
        self.brand_key = brand_key
        self.word = word


class Mention(NamedTuple):
    """A brand named in an answer: code points `start` to `end` (exclusive) of the original text."""

    brand_key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BrandNames:
    """A brand as it is looked for.

    Attributes:
        key: What mentions are reported under; brands with the same names can share one.
        name: The brand's main name.
        aliases: Its other names (索尼: Sony, SONY).
        context: If there are any, a name that is also a common word (苹果) counts only near one of them.
        exclude: Phrases around a name that make it something else (苹果醋), or words that do so nearby (果园).

    Raises:
        BlankNameError: A name or word is empty once folded.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    folded_names: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for word in (self.name, *self.aliases, *self.context, *self.exclude):
            if not fold(word).strip():
                raise BlankNameError(self.key, word)
        names = dict.fromkeys(fold(name).strip() for name in (self.name, *self.aliases))
        object.__setattr__(self, "folded_names", tuple(names))
