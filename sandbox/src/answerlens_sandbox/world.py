"""The planted truth: which brands an engine names and cites for a question, and with what probability."""

from dataclasses import dataclass, field
from functools import cache

from answerlens_sandbox.catalogue import Brand, Field, field_for, fields
from answerlens_sandbox.draw import fold, number, unit
from answerlens_sandbox.intents import Intent, intent_of

ENGINES = ("chat-a", "chat-b", "chat-c", "api-a")
_WEAKEST = 0.05
_STRONGEST = 0.65
_RAREST = 0.02
_ASKED_BY_NAME = 0.97
_CITED_UNNAMED = 0.08
"""A brand's site is cited in an answer that does not name it this much less often than in one that does."""

Overrides = dict[str, dict[str, dict[str, float]]]


@dataclass(frozen=True)
class Drawn:
    """The brands of one answer: named in its text, cited, and listed among the sources without being cited.

    Attributes:
        praised: of the named ones, those it speaks well of.
        blamed: of the named ones, those it speaks ill of; the rest it only names.
    """

    named: tuple[Brand, ...]
    cited: tuple[Brand, ...]
    listed: tuple[Brand, ...]
    praised: tuple[Brand, ...] = ()
    blamed: tuple[Brand, ...] = ()


@dataclass
class World:
    """Everything that is true outside, given by a seed.

    Attributes:
        seed: all draws depend on it.
        overrides: engine → keyword → brand name → probability of being named, whatever the intent.
        keywords: keywords searched for, whose fields are known besides the shipped ones.
    """

    seed: int
    overrides: Overrides = field(default_factory=dict)
    keywords: list[str] = field(default_factory=list)

    def learn(self, keyword: str) -> Field:
        """Return the field of a keyword and know it from now on."""
        if fold(keyword) not in {fold(each.keyword) for each in self.fields()}:
            self.keywords.append(keyword)
        return self.field(keyword)

    def field(self, keyword: str) -> Field:
        """Return the field of a keyword, which depends on nothing that was searched for before."""
        shipped = (each for each in fields() if fold(each.keyword) == fold(keyword))
        return next(shipped, None) or field_for(self.seed, keyword)

    def fields(self) -> list[Field]:
        """Return the fields known by now."""
        return [*fields(), *(field_for(self.seed, keyword) for keyword in self.keywords)]

    def field_of(self, question: str, keyword: str = "") -> Field | None:
        """Return the field of the keyword that the question is asked for.

        Without one, that of the longest known keyword in the question, if there is one.
        """
        if keyword:
            return self.field(keyword)
        folded = fold(question)
        inside = [each for each in self.fields() if fold(each.keyword) and fold(each.keyword) in folded]
        return max(inside, key=lambda each: len(each.keyword), default=None)

    def mention(self, engine: str, about: Field, intent: Intent, brand: Brand, question: str = "") -> float:
        """Return the probability that an answer names the brand.

        A question that names the brand itself is answered about it nearly always; an override beats everything.
        """
        override = self.overrides.get(engine, {}).get(about.keyword, {}).get(brand.name)
        if override is not None:
            return override
        if question and any(fold(name) in fold(question) for name in brand.names):
            return _ASKED_BY_NAME
        key = (self.seed, engine, about.keyword, intent.id, brand.name)
        if brand.rare:
            return _RAREST * unit("rare", *key)
        taste = 0.75 + 0.5 * unit("engine", self.seed, engine, about.keyword, brand.name)
        mood = 0.85 + 0.3 * unit("intent", *key)
        return min(self._strength(about, brand) * intent.share * taste * mood, 0.95)

    def cited(self, engine: str, about: Field, intent: Intent, brand: Brand, question: str = "") -> float:
        """Return the probability that an answer cites one of the brand's domains."""
        named = self.mention(engine, about, intent, brand, question)
        if_named, if_not = self._cited_given(engine, about, brand)
        return named * if_named + (1 - named) * if_not

    def listed(self, engine: str, about: Field, intent: Intent, brand: Brand, question: str = "") -> float:
        """Return the probability that one of the brand's domains is listed as a source without being cited."""
        return (1 - self.cited(engine, about, intent, brand, question)) * self._listed_uncited(engine, about, brand)

    def attitude(self, engine: str, about: Field, brand: Brand) -> tuple[float, float]:
        """Return the probabilities that an answer which names the brand speaks well, and ill, of it."""
        key = (self.seed, engine, about.keyword, brand.name)
        return 0.1 + 0.4 * unit("liked", *key), 0.05 + 0.25 * unit("disliked", *key)

    def draw(self, engine: str, question: str, which: object, keyword: str = "") -> Drawn:
        """Return the brands of one answer of an engine to a question: the nth, or that on an occasion."""
        about = self.field_of(question, keyword)
        if about is None:
            return Drawn((), (), ())
        intent = intent_of(question, about.keyword)
        named = []
        cited = []
        listed = []
        for brand in about.brands:
            key = (self.seed, engine, question, brand.name, which)
            is_named = unit("named", *key) < self.mention(engine, about, intent, brand, question)
            if is_named:
                named.append(brand)
            if unit("cited", *key) < self._cited_given(engine, about, brand)[0 if is_named else 1]:
                cited.append(brand)
            elif unit("listed", *key) < self._listed_uncited(engine, about, brand):
                listed.append(brand)
        named.sort(
            key=lambda brand: (
                -self._strength(about, brand) * unit("order", self.seed, engine, question, brand.name, which)
            )
        )
        moods = {brand.name: unit("mood", self.seed, engine, question, brand.name, which) for brand in named}
        likes = {brand.name: self.attitude(engine, about, brand) for brand in named}
        return Drawn(
            tuple(named),
            tuple(cited),
            tuple(listed),
            tuple(brand for brand in named if moods[brand.name] < likes[brand.name][0]),
            tuple(brand for brand in named if moods[brand.name] >= 1 - likes[brand.name][1]),
        )

    def _strength(self, about: Field, brand: Brand) -> float:
        return _strengths(self.seed, about.keyword, tuple(each.name for each in about.brands))[brand.name]

    def _cited_given(self, engine: str, about: Field, brand: Brand) -> tuple[float, float]:
        if_named = 0.1 + 0.45 * unit("cites", self.seed, engine, about.keyword, brand.name)
        return if_named, if_named * _CITED_UNNAMED

    def _listed_uncited(self, engine: str, about: Field, brand: Brand) -> float:
        return 0.03 + 0.22 * unit("lists", self.seed, engine, about.keyword, brand.name)


@cache
def _strengths(seed: int, keyword: str, names: tuple[str, ...]) -> dict[str, float]:
    """Strengths of a field's brands are spread evenly (as ratios) from the weakest to the strongest."""
    ranked = sorted(names, key=lambda name: number("strength", seed, keyword, name))
    ratio = (_STRONGEST / _WEAKEST) ** (1 / max(len(ranked) - 1, 1))
    return {name: _WEAKEST * ratio**place for place, name in enumerate(ranked)}
