"""The text of an answer: headings, lists and sentences that name exactly the drawn brands."""

from dataclasses import dataclass
from typing import Any

from answerlens_sandbox.catalogue import Brand, Field
from answerlens_sandbox.draw import between, filled, pick, shuffled, unit
from answerlens_sandbox.intents import Intent
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots, written
from answerlens_sandbox.world import Drawn

_IN_LINES = 5
"""Brands that get a line of their own; the others share one sentence."""
_SHORTEST, _LONGEST = 300, 640
"""Characters an answer is drawn to have; advice fills it up."""
_LEAST_ADVICE = 2
_TRAP_SHARE = 0.1
_TABLE_SHARE = 0.35


@dataclass(frozen=True)
class Line:
    """One line of Markdown; `brand` is whom it is about, `quotable` whether a reference can stand behind it."""

    text: str
    brand: str | None = None
    quotable: bool = True


def answer_lines(about: Field, intent: Intent, drawn: Drawn, question: str, *key: object) -> list[Line]:
    """Return the lines of an answer of about 200 to 800 characters."""
    texts = data("prose")
    part = texts[intent.id]
    values = slots(about, *key, "main", question=question)
    lines = [Line(filled(pick(part["open"], *key, "open"), values)), Line("", quotable=False)]
    lines += _brand_lines(texts, part, about, drawn.named, *key)
    lines += _opinions(texts, about, drawn, *key)
    closing = [Line(filled(pick(part["close"], *key, "close"), values))]
    if unit(*key, "trap") < _TRAP_SHARE:
        closing.insert(0, Line(pick(texts["traps"], *key, "which trap")))
    used = sum(len(line.text) for line in [*lines, *closing])
    wanted = between(_SHORTEST, _LONGEST, *key, "length") - used
    body = [Line(pick(part["body_head"], *key, "body head"), quotable=False)]
    body += _body_lines(texts["body"], intent, values, max(wanted, 0), *key)
    # 「使用方法」 and the like give the steps first and an example brand behind them
    return [*lines[:2], *body, *lines[2:], *closing] if part["style"] == "example" else [*lines, *body, *closing]


def _brand_lines(
    texts: dict[str, Any], part: dict[str, Any], about: Field, named: tuple[Brand, ...], *key: object
) -> list[Line]:
    if not named:
        return []
    style = part["style"]
    lines = [Line(pick(part["head"], *key, "head"), quotable=False)] if part["head"] else []
    first, rest = named[:_IN_LINES], named[_IN_LINES:]
    if style == "versus" and len(first) > 1 and unit(*key, "table") < _TABLE_SHARE:
        lines += _table(about, first, *key)
    else:
        patterns = shuffled(texts[f"{style}_line"], *key, "patterns")
        for place, brand in enumerate(first, start=1):
            values = slots(about, *key, "brand", brand.name) | {"b": written(brand, *key, brand.name)}
            mark = f"{place}. " if style == "rank" else "" if style == "example" else "- "
            lines.append(Line(mark + filled(patterns[place % len(patterns)], values), brand.name))
    if rest:
        together = "、".join(written(brand, *key, brand.name) for brand in rest)
        values = slots(about, *key, "rest") | {"list": together}
        lines += [Line("", quotable=False), Line(filled(pick(texts["more_line"], *key, "more"), values))]
    return [*lines, Line("", quotable=False)]


def _opinions(texts: dict[str, Any], about: Field, drawn: Drawn, *key: object) -> list[Line]:
    lines = []
    for brand in drawn.named:
        kind = "praise_line" if brand in drawn.praised else "blame_line" if brand in drawn.blamed else None
        if kind is not None:
            values = slots(about, *key, "opinion", brand.name) | {"b": written(brand, *key, brand.name)}
            lines.append(Line(filled(pick(texts[kind], *key, "opinion", brand.name), values), brand.name))
    return [*lines, Line("", quotable=False)] if lines else []


def _table(about: Field, named: tuple[Brand, ...], *key: object) -> list[Line]:
    values = slots(about, *key, "table")
    rows = [f"| 产品 | {values['a']} | {values['a2']} | 更适合 |", "| --- | --- | --- | --- |"]
    for brand in named:
        grades = [pick(("优秀", "良好", "中等", "略弱"), *key, brand.name, column) for column in "xy"]
        person = slots(about, *key, "row", brand.name)["p"]
        rows.append(f"| {written(brand, *key, brand.name)} | {grades[0]} | {grades[1]} | {person} |")
    return [Line(row, quotable=False) for row in rows]


def _body_lines(texts: dict[str, Any], intent: Intent, values: dict[str, str], wanted: int, *key: object) -> list[Line]:
    """Return two or more pieces of advice of `wanted` characters or a little more, while there is any left."""
    kind = texts["kinds"][intent.id]
    lines: list[Line] = []
    for place, pattern in enumerate(shuffled(texts[kind], *key, "body"), start=1):
        if place > _LEAST_ADVICE and sum(len(line.text) for line in lines) >= wanted:
            break
        mark = f"{place}. " if kind == "steps" else "- "
        lines.append(Line(mark + filled(pattern, values | {"n": str(between(3, 30, *key, "body", place))})))
    return [*lines, Line("", quotable=False)]
