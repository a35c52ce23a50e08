"""What a brand is called, and where an answer names it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from answerlens_common.errors import BusinessError
from answerlens_common.matching.folded import fold
from answerlens_common.matching.variants import spellings


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
        variants: Whether every name and word stands for its simplified and traditional spellings too (苹果: 蘋果).
        main_names: The main name as it is looked for: folded, in each of its spellings.
        folded_names: The same of all names, the main name's first.

    Raises:
        BlankNameError: A name or word is empty once folded.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    variants: bool = False
    main_names: tuple[str, ...] = field(init=False, repr=False)
    folded_names: tuple[str, ...] = field(init=False, repr=False)

    @classmethod
    def stored(cls, key: str, brand: Mapping[str, Any]) -> Self:
        """A brand as orders keep it: name, aliases, context, exclude and variants."""
        aliases, context, exclude = (tuple(brand.get(words) or ()) for words in ("aliases", "context", "exclude"))
        return cls(key, brand["name"], aliases, context, exclude, bool(brand.get("variants")))

    def in_questions(self) -> Self:
        """The brand as questions are searched for it: without context words.

        Who asks 苹果和华为哪个好 has put the brand into the answer's mouth, whether or not a phone is spoken of.
        """
        return replace(self, context=())

    def __post_init__(self) -> None:
        for word in (self.name, *self.aliases, *self.context, *self.exclude):
            if not fold(word).strip():
                raise BlankNameError(self.key, word)
        object.__setattr__(self, "main_names", self.spelled((self.name,)))
        object.__setattr__(self, "folded_names", self.spelled((self.name, *self.aliases)))

    def spelled(self, words: Iterable[str]) -> tuple[str, ...]:
        """These words as they are looked for: folded, with either apostrophe, and in each spelling if asked for."""
        plain = [fold(word).strip() for word in words]
        folded = dict.fromkeys(form for word in plain for form in (word, *_with_other_apostrophe(word)))
        if not self.variants:
            return tuple(folded)
        return tuple(dict.fromkeys(spelling for word in folded for spelling in spellings(word)))


def _with_other_apostrophe(word: str) -> tuple[str, ...]:
    """L’Oréal for L'Oréal, and the other way round: which of them is typed says nothing."""
    straight = word.replace("’", "'")
    return () if "'" not in straight else (straight, straight.replace("'", "’"))
