"""What a brand is called, and where an answer names it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from answerlens_common.errors import BusinessError
from answerlens_common.text.matching.folded import fold, without_invisible
from answerlens_common.text.matching.loose import with_plain_marks
from answerlens_common.text.matching.spaced import ways
from answerlens_common.text.matching.variants import spellings

# In shorter names the accents of a text are letters of their own: mì is not Mi, Trà not Tra.
_SHORTEST_WITHOUT_ACCENTS = 4


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
        exact: Whether accents and inner separators count: Rosé is not Rose, Demand-IQ not Demand IQ. Case, width and
            the kind of dash or apostrophe never do.
        main_names: The main name as it is looked for: folded, in each of its spellings.
        folded_names: The same of all names, the main name's first.
        capital_names: Those of them that are a phrase unless written large: Linked In for LinkedIn.

    Raises:
        BlankNameError: A name or word is empty once folded.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    variants: bool = False
    exact: bool = False
    main_names: tuple[str, ...] = field(init=False, repr=False)
    folded_names: tuple[str, ...] = field(init=False, repr=False)
    capital_names: frozenset[str] = field(init=False, repr=False)

    @classmethod
    def stored(cls, key: str, brand: Mapping[str, Any]) -> Self:
        """A brand as orders keep it: name, aliases, context, exclude, variants and exact."""
        aliases, context, exclude = (tuple(brand.get(words) or ()) for words in ("aliases", "context", "exclude"))
        return cls(
            key,
            brand["name"],
            aliases,
            context,
            exclude,
            variants=bool(brand.get("variants")),
            exact=bool(brand.get("exact")),
        )

    def in_questions(self) -> Self:
        """The brand as questions are searched for it: without context words.

        Who asks 苹果和华为哪个好 has put the brand into the answer's mouth, whether or not a phone is spoken of.
        """
        return replace(self, context=())

    def __post_init__(self) -> None:
        for word in (self.name, *self.aliases, *self.context, *self.exclude):
            if not fold(word).strip():
                raise BlankNameError(self.key, word)
        names = (self.name, *self.aliases)
        object.__setattr__(self, "main_names", self.spelled((self.name,)))
        object.__setattr__(self, "folded_names", self.spelled(names))
        object.__setattr__(self, "capital_names", self._in_capitals(names))

    def spelled(self, words: Iterable[str]) -> tuple[str, ...]:
        """These words in every way they are looked for; folded, each once, as given first."""
        forms = dict.fromkeys(form for word in words for form in self._forms(word))
        if not self.variants:
            return tuple(forms)
        return tuple(dict.fromkeys(spelling for form in forms for spelling in spellings(form)))

    def keeps_accents(self, form: str) -> bool:
        """Whether this name, as it is looked for, is another one without its accents."""
        return self.exact or len(form) < _SHORTEST_WITHOUT_ACCENTS

    def _forms(self, word: str) -> Iterator[str]:
        plain = with_plain_marks(fold(word)).strip()
        if self.keeps_accents(plain):
            yield plain
        if not self.exact:
            yield from (way.form for way in ways(without_invisible(word)))

    def _in_capitals(self, names: Iterable[str]) -> frozenset[str]:
        if self.exact:
            return frozenset()
        found = [way for name in names for way in ways(without_invisible(name))]
        return frozenset(way.form for way in found if way.needs_capitals) - {
            way.form for way in found if not way.needs_capitals
        }
