"""What a client sends to order a measurement."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from answerlens_common.errors import FieldFault
from answerlens_common.text.folding import fold
from answerlens_order_api.forms import Form
from answerlens_order_api.heavy import HeavyWork
from answerlens_order_api.naming import clashes
from answerlens_order_api.text import Keyword, Name, Site

MOST_NAMES = 20
MOST_ENGINES = 50

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


class OrderForm(Form):
    """An order: measure a brand for a keyword."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "keyword": "蓝牙耳机",
                    "brand": {"name": "索尼", "aliases": ["Sony"], "domains": ["sony.com.cn"]},
                    "competitors": [{"name": "Bose"}, {"name": "华为"}],
                    "engines": ["chat-a", "chat-b"],
                    "priority": 5,
                    "track_days": 7,
                }
            ]
        },
    )

    keyword: Keyword
    brand: Brand
    competitors: Competitors = Field(default=[])
    engines: list[str] | None = Field(
        default=None, min_length=1, max_length=MOST_ENGINES, description="all enabled engines when it is left out"
    )
    priority: int = Field(default=5, ge=0, le=9, description="higher first")
    track_days: int = Field(default=7, ge=0, le=365, description="further days it is measured on; 0 for once")

    def sha256(self) -> str:
        """Equal for two forms that say the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def engine_errors(self, known: list[str]) -> list[FieldFault]:
        """Engines that are named twice, or are not among the known ones."""
        errors = []
        for n, engine in enumerate(self.engines or []):
            if engine not in known:
                message = f"no engine that runs here (enabled, of kind browser); those are {', '.join(known) or 'none'}"
                errors.append(FieldFault(f"engines[{n}]", message))
            elif engine in (self.engines or [])[:n]:
                errors.append(FieldFault(f"engines[{n}]", f"{engine} is named twice"))
        return errors


def brands_of(brand: Brand, competitors: Sequence[Brand]) -> Iterator[tuple[str, Brand]]:
    """The brands with the fields they stand in (brand, competitors[0] and so on)."""
    yield "brand", brand
    for n, competitor in enumerate(competitors):
        yield f"competitors[{n}]", competitor


def contradictions(brand: Brand, competitors: Sequence[Brand]) -> list[FieldFault]:
    """Names and domains that stand for two brands at once: an answer with such a one would count for both."""
    return _errors(clashes(_fields(brand, competitors)))


async def contradictions_of(
    heavy: HeavyWork, user_id: UUID, brand: Brand, competitors: Sequence[Brand]
) -> list[FieldFault]:
    """The same. The tables of other spellings take 56 MB: only a process beside this one loads them."""
    if any(each.variants for each in (brand, *competitors)):
        return _errors(await heavy.run(user_id, clashes, _fields(brand, competitors)))
    return contradictions(brand, competitors)


def _fields(brand: Brand, competitors: Sequence[Brand]) -> list[tuple[str, dict[str, Any]]]:
    return [(field, each.model_dump()) for field, each in brands_of(brand, competitors)]


def _errors(found: Sequence[tuple[str, str]]) -> list[FieldFault]:
    return [FieldFault(field, message) for field, message in found]


def _distinct(names: list[str], besides: str = "") -> list[str]:
    """Each name once, whatever its case and width; the first spelling stays."""
    seen = {fold(besides)}
    return [name for name in names if not (fold(name) in seen or seen.add(fold(name)))]  # type: ignore[func-returns-value]
