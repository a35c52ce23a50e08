"""`answerlens mentions`: which brands each text of a file names, and where; needs no stack."""

import json
from collections.abc import Sequence
from typing import Annotated, Self

import typer
from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, ValidationError, model_validator

from answerlens_common.errors import BusinessError
from answerlens_common.text.matching import BrandNames, Matcher, fold_text

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadLineError(BusinessError):
    """A line of the file is not a text with its brands.

    Attributes:
        line: Its number, from 1.
        field: What is wrong in it, empty when the whole line is.
        reason: Why.
    """

    def __init__(self, line: int, field: str, reason: str) -> None:
        super().__init__(f"line {line}: {f'{field}: ' if field else ''}{reason}")
        self.line = line
        self.field = field
        self.reason = reason


def _with_something_in_it(word: str) -> str:
    if not fold_text(word).folded.strip():
        message = "has nothing in it to look for"
        raise ValueError(message)
    return word


Word = Annotated[str, AfterValidator(_with_something_in_it)]


class _Brand(BaseModel):
    model_config = ConfigDict(strict=True)

    name: Word
    aliases: list[Word] = []
    context: list[Word] = []
    exclude: list[Word] = []
    variants: bool = False
    exact: bool = False

    def names(self) -> BrandNames:
        return BrandNames(
            self.name,
            self.name,
            tuple(self.aliases),
            tuple(self.context),
            tuple(self.exclude),
            variants=self.variants,
            exact=self.exact,
        )


class _Line(BaseModel):
    model_config = ConfigDict(strict=True)

    id: JsonValue
    text: str
    brands: list[_Brand]

    @model_validator(mode="after")
    def _of_distinct_brands(self) -> Self:
        names = [brand.name for brand in self.brands]
        twice = next((name for n, name in enumerate(names) if name in names[:n]), None)
        if twice is not None:
            message = f"brands: {twice!r} is listed twice"
            raise ValueError(message)
        return self


def mentions(
    file: Annotated[
        typer.FileBinaryRead,
        typer.Argument(help='A text a line: {"id", "text", "brands": [{"name", "aliases", "context", "exclude"}]}.'),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The same: what is printed is JSON in any case.")] = False,
) -> None:
    """Find brands in texts: for each line of FILE (- for standard input) one `{"id", "mentions"}` is printed.

    Mentions are [start, end] in code points of the text as given, by brand. Other fields of a line are ignored.
    """
    del as_json
    for number, line in enumerate(file, start=1):
        if line.strip():
            print(json.dumps(_found(number, line.removeprefix(_BYTE_ORDER_MARK)), ensure_ascii=False), flush=True)


def _found(number: int, line: bytes) -> dict[str, object]:
    try:
        given = _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadLineError(number, _path(first["loc"]), first["msg"].removeprefix("Value error, ")) from error
    spans: dict[str, list[tuple[int, int]]] = {}
    for name, start, end in Matcher(brand.names() for brand in given.brands).find(fold_text(given.text)):
        spans.setdefault(name, []).append((start, end))
    return {"id": given.id, "mentions": spans}


def _path(location: Sequence[str | int]) -> str:
    """("brands", 0, "name") is brands[0].name."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
