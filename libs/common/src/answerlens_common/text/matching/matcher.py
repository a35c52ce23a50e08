"""One pass over a text for all names of all brands of all orders."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple, Self

from ahocorasick_rs import AhoCorasick

from answerlens_common.text.matching.absence import is_absent
from answerlens_common.text.matching.boundaries import stands_alone
from answerlens_common.text.matching.folded import FoldedText
from answerlens_common.text.matching.latin import is_whole_latin, is_written_large
from answerlens_common.text.matching.longest import Hit, longest
from answerlens_common.text.matching.loose import loosened, with_plain_marks
from answerlens_common.text.matching.names import BrandNames, Mention
from answerlens_common.text.matching.ordinary import is_ordinary_word
from answerlens_common.text.matching.surroundings import Surroundings, any_within
from answerlens_common.text.matching.zones import Zones, find_zones

# Part of the lineage of every number: raised by any change that can change a mention.
MATCHER_VERSION: Final = "6"


class Matcher:
    """Finds brands in folded texts.

    Args:
        brands: All brands to look for, with distinct keys.
    """

    def __init__(self, brands: Iterable[BrandNames]) -> None:
        self._brands: dict[str, _Brand] = {}
        self._owners: defaultdict[str, list[tuple[_Brand, _Written]]] = defaultdict(list)
        for names in brands:
            brand = self._brands[names.key] = _Brand(names)
            for name in names.folded_names:
                self._owners[loosened(name)].append((brand, _Written.of(names, name)))
        words = {word for brand in self._brands.values() for word in (*brand.context, *brand.exclude)}
        self._patterns = list(self._owners | dict.fromkeys(sorted(words)))
        self._automaton = AhoCorasick(self._patterns)

    def find(self, text: FoldedText) -> list[Mention]:
        """All mentions in the text, as if all the brands belonged to one order."""
        return longest(self.scan(text), self._brands)

    def scan(self, text: FoldedText) -> dict[str, list[Hit]]:
        """Where each brand's names stand alone; `longest(hits, keys)` picks one order's mentions from them."""
        view = _View(text, self._occurrences(text))
        hits: dict[str, list[Hit]] = {}
        for name in filter(self._owners.__contains__, view.occurrences):
            for start in view.shown(name):
                end = start + len(name)
                origin = text.original_span(start, end)
                absent = is_absent(text.folded, start, end)
                for brand, written in self._owners[name]:
                    if written.fits(text, start, end):
                        counts = not absent and brand.accepts(view, name, start)
                        hits.setdefault(brand.key, []).append(Hit(*origin, counts))
        return hits

    def _occurrences(self, text: FoldedText) -> dict[str, list[int]]:
        """Every name and word with the sorted starts of where it occurs, not inside a longer Latin word."""
        occurrences: dict[str, list[int]] = {}
        for index, start, end in self._automaton.find_matches_as_indexes(loosened(text.folded), overlapping=True):
            if is_whole_latin(text, start, end):
                occurrences.setdefault(self._patterns[index], []).append(start)
        return occurrences


class _Written(NamedTuple):
    """How one of a brand's names must be written where it is found.

    Attributes:
        accents: The name with its accents, where they count; otherwise empty.
        large: Whether each of its words but the first must begin with a capital.
    """

    accents: str
    large: bool

    @classmethod
    def of(cls, names: BrandNames, name: str) -> Self:
        """What this brand asks of this name."""
        return cls(name if names.keeps_accents(name) else "", name in names.capital_names)

    def fits(self, text: FoldedText, start: int, end: int) -> bool:
        """Whether the stretch of folded text is written so."""
        if self.accents and with_plain_marks(text.folded[start:end]) != self.accents:
            return False
        return not self.large or is_written_large(text, start, end)


class _View:
    """One text while it is scanned; what only some texts need is worked out when first asked for."""

    def __init__(self, text: FoldedText, occurrences: dict[str, list[int]]) -> None:
        self._text = text
        self.occurrences = occurrences
        self._shown: dict[str, list[int]] = {}
        self._read: dict[str, list[int]] = {}

    @cached_property
    def _zones(self) -> Zones:
        return find_zones(self._text)

    @cached_property
    def surroundings(self) -> Surroundings:
        """The neighbourhoods of the text."""
        return Surroundings(self._text.folded)

    def shown(self, name: str) -> list[int]:
        """Where a reader sees this name: as a word of its own, outside addresses."""
        starts = self._shown.get(name)
        if starts is None:
            starts = self._shown[name] = [
                start for start in self.read(name) if stands_alone(self._text, start, start + len(name))
            ]
        return starts

    def read(self, word: str) -> list[int]:
        """Where a reader sees this word outside addresses, of whatever it may be a part."""
        starts = self._read.get(word)
        if starts is None:
            starts = self._read[word] = [
                start for start in self.occurrences.get(word, ()) if not self._zones.hide(start, start + len(word))
            ]
        return starts


class _Brand:
    """A brand's own conditions on the surroundings of its names."""

    def __init__(self, names: BrandNames) -> None:
        self.key = names.key
        self.context, self.exclude, main_names, all_names = (
            tuple(dict.fromkeys(map(loosened, words)))
            for words in (
                names.spelled(names.context),
                names.spelled(names.exclude),
                names.main_names,
                names.folded_names,
            )
        )
        aliases = [name for name in all_names if name not in main_names]
        self._homonyms = {*main_names, *filter(is_ordinary_word, aliases)} if self.context else set()
        # Another name of the brand that means nothing else is as good as a context word (苹果 beside iPhone).
        self._phrases = {word for word in self.exclude if any(name in word for name in all_names)}
        self._own_evidence = [alias for alias in aliases if alias not in self._homonyms]

    def accepts(self, view: _View, name: str, start: int) -> bool:
        """Whether the name that begins here means the brand, by the words around it."""
        if not self.context and not self.exclude:
            return True
        near = view.surroundings.of(start)
        end = start + len(name)
        for word in self.exclude:
            # a phrase around a name: 苹果醋 excludes this 苹果, not the next one, nor an iPhone beside it
            where = [(start + 1 - len(word), end - 1 + len(word))] if word in self._phrases else near
            if any_within(view.read(word), len(word), where):
                return False
        return (
            name not in self._homonyms
            or any(any_within(view.read(word), len(word), near) for word in self.context)
            or any(any_within(view.shown(alias), len(alias), near) for alias in self._own_evidence)
        )
