"""What a client sends to order a measurement."""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from answerlens_common.folding import fold
from answerlens_order_api.problems import FieldError
from answerlens_order_api.text import HostName, Keyword, Name

MOST_NAMES = 20
MOST_ENGINES = 50

Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]


class Brand(BaseModel):
    """A brand and how to recognise it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(examples=["索尼"])
    aliases: Names = Field(default=[], examples=[["Sony"]], description="other names of the same brand")
    domains: Annotated[list[HostName], Field(max_length=MOST_NAMES)] = Field(default=[], examples=[["sony.com.cn"]])
    context: Names = Field(default=[], description="the name counts only near one of these, for a name such as 苹果")
    exclude: Names = Field(default=[], description="phrases in which the name means something else, such as 苹果汁")

    @model_validator(mode="after")
    def _without_repetition(self) -> Self:
        self.aliases = _distinct(self.aliases, besides=self.name)
        self.domains = list(dict.fromkeys(self.domains))
        self.context = _distinct(self.context)
        self.exclude = _distinct(self.exclude)
        return self


class OrderForm(BaseModel):
    """An order: measure a brand for a keyword."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
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
    competitors: Annotated[list[Brand], Field(max_length=MOST_NAMES)] = []
    engines: list[str] | None = Field(
        default=None, min_length=1, max_length=MOST_ENGINES, description="all enabled engines when it is left out"
    )
    priority: int = Field(default=5, ge=0, le=9, description="higher first")
    track_days: int = Field(default=7, ge=0, le=365, description="further days it is measured on; 0 for once")

    def sha256(self) -> str:
        """Equal for two forms that say the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def contradictions(self) -> list[FieldError]:
        """Names that stand for two brands at once: an answer with such a name would count for both."""
        owners: dict[str, str] = {}
        errors = []
        for field, brand in self._brands():
            for path, name in _names(field, brand):
                owner = owners.setdefault(fold(name), field)
                if owner != field:
                    errors.append(FieldError(field=path, message=f"{name!r} is a name of {owner} too"))
        return errors

    def engine_errors(self, known: list[str]) -> list[FieldError]:
        """Engines that are named twice, or are not among the known ones."""
        errors = []
        for n, engine in enumerate(self.engines or []):
            if engine not in known:
                message = f"unknown engine; known are {', '.join(known) or 'none'}"
                errors.append(FieldError(field=f"engines[{n}]", message=message))
            elif engine in (self.engines or [])[:n]:
                errors.append(FieldError(field=f"engines[{n}]", message=f"{engine} is named twice"))
        return errors

    def _brands(self) -> Iterator[tuple[str, Brand]]:
        yield "brand", self.brand
        for n, competitor in enumerate(self.competitors):
            yield f"competitors[{n}]", competitor


def _names(field: str, brand: Brand) -> Iterator[tuple[str, str]]:
    yield f"{field}.name", brand.name
    for n, alias in enumerate(brand.aliases):
        yield f"{field}.aliases[{n}]", alias


def _distinct(names: list[str], besides: str = "") -> list[str]:
    """Each name once, whatever its case and width; the first spelling stays."""
    seen = {fold(besides)}
    return [name for name in names if not (fold(name) in seen or seen.add(fold(name)))]  # type: ignore[func-returns-value]
