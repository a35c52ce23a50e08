"""What a client says of a brand: its names, and the texts to try them on."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from answerlens_common.text.folding import fold
from answerlens_orders.fields import Name, Site
from answerlens_orders.form import Form

MOST_NAMES = 20
MOST_CHARACTERS = 20_000
"""Of one text that names are tried on."""
MOST_TEXTS = 50

Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]


class Brand(Form):
    """A brand and how to recognise it."""

    name: Name = Field(examples=["索尼"])
    aliases: Names = Field(default=[], examples=[["Sony"]], description="other names of the same brand")
    domains: Annotated[list[Site], Field(max_length=MOST_NAMES)] = Field(default=[], examples=[["sony.com.cn"]])
    context: Names = Field(default=[], description="the name counts only near one of these, for a name such as 苹果")
    exclude: Names = Field(default=[], description="phrases in which the name means something else, such as 苹果汁")
    variants: bool = Field(
        default=False,
        description="every name and word also in its other simplified and traditional spellings (华为: 華為)",
    )
    exact: bool = Field(
        default=False,
        description="accents and inner separators of the names count: Rosé is not Rose, Demand-IQ not Demand IQ",
    )

    @model_validator(mode="after")
    def _without_repetition(self) -> Self:
        distinct = {
            "aliases": _distinct(self.aliases, besides=self.name),
            "domains": list(dict.fromkeys(self.domains)),
            "context": _distinct(self.context),
            "exclude": _distinct(self.exclude),
        }
        # what was left out stays known as left out: a reanalysis keeps it
        for field in distinct.keys() & self.model_fields_set:
            setattr(self, field, distinct[field])
        return self


Competitors = Annotated[list[Brand], Field(max_length=MOST_NAMES)]


Text = Annotated[str, Field(max_length=MOST_CHARACTERS)]


class MentionsForm(Form):
    """Texts, and the brands to find in them."""

    text: Text | None = Field(default=None, examples=["索尼和华为都不错，SONY 更贵。"])
    texts: Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)] | None = Field(
        default=None, description="several texts in place of one"
    )
    brand: Brand
    competitors: Competitors = Field(default=[])

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if (self.text is None) == (self.texts is None):
            message = "give either text or texts"
            raise ValueError(message)
        return self


def brands_of(brand: Brand, competitors: Sequence[Brand]) -> Iterator[tuple[str, Brand]]:
    """The brands with the fields they stand in (brand, competitors[0] and so on)."""
    yield "brand", brand
    for n, competitor in enumerate(competitors):
        yield f"competitors[{n}]", competitor


def names_in(brand: Brand, competitors: Sequence[Brand]) -> int:
    """How many names are looked for."""
    return sum(1 + len(each.aliases) for each in (brand, *competitors))


def _distinct(names: list[str], besides: str = "") -> list[str]:
    """Each name once, whatever its case and width; the first spelling stays."""
    seen = {fold(besides)}
    return [name for name in names if not (fold(name) in seen or seen.add(fold(name)))]  # type: ignore[func-returns-value]
