"""One order's report: a table of rates × engines with 95 % intervals, and what to know when reading it."""

import re
from collections.abc import Iterator, Mapping

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerlens_cli import headline, legend, resting
from answerlens_cli.api import Json
from answerlens_cli.headline import BRANDED, BRANDED_LABEL
from answerlens_cli.output import show_fitting
from answerlens_cli.rates import LABELS, LINKED_LABEL, count, format_rate, format_verdict, linked_rates, names

_OVERALL = "overall"
_CLUSTER = re.compile(r"mention_rate\[cluster=(\d+)\]")
_LEGEND = (
    "Each rate has its 95 % interval in brackets. 括号内为 95 % 置信区间。",
    "– 样本过少 too few answers for one figure; ↑ 上升 up, ↓ 下降 down, ≈ 波动内 within noise.",
    "Compared: day against day, an intent its newest days against as many before them; else nothing is said.",
    "An intent is pooled over the days it says 各意图合并所示天数, k/n; all else is of this day 其余为当日.",
)


def show(report: Json, console: Console | None = None) -> None:
    """Print a report."""
    console = console or Console()
    show_fitting(table(report))
    parts = _parts(report)
    lines = [f"Engines 引擎: {', '.join(report['engines']) or 'none'}. Surface: {report['surface']}."]
    lines += [*_asked(report), *headline.said(report), *_LEGEND, *legend.compared(parts)]
    if rivals := legend.among(report):
        lines.append(f"Among 对比品牌: {rivals}.")
    lines += legend.reasons(parts.values())
    lines += [note for note in (report["source_note"], *report["notes"]) if not any(note in line for line in lines)]
    console.print(escape("\n".join(dict.fromkeys(lines))), highlight=False, soft_wrap=True)


def _asked(report: Json) -> Iterator[str]:
    """How many of the source questions people really asked; nothing where that was not kept."""
    found = report.get("question_sources")
    if found:
        origins = ", ".join(f"{origin} {count}" for origin, count in found["origins"].items())
        yield f"Source questions that people asked 真实源问题: {found['asked']} of {found['of']} ({origins})."


def table(report: Json) -> Table:
    """A row for each rate, a column for each engine and one for all of them."""
    parts = _parts(report)
    title = f"{report['brand']} × {report['keyword']} {report['date']}"
    shown = Table(title=escape(title), box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column("")
    for name, part in parts.items():
        heading = resting.title(report) if name == _OVERALL else name
        shown.add_column(escape(heading) + _degraded(part), justify="right")
    shown.add_row("n", *map(count, parts.values()), style="dim")
    branded = BRANDED in headline.leading(report)
    if branded:
        shown.add_row(*_branded(parts, report))
    for name in headline.in_order(names(parts.values()), report):
        shown.add_row(escape(LABELS.get(name, name)), *_cells(name, parts, report))
        if name == "mention_rate" and (linked := linked_rates(parts.values())):
            shown.add_row(f"  {LINKED_LABEL}", *(format_rate(name, each) for each in linked))
    if not branded and any((part["rates"].get(BRANDED) or {}).get("n") for part in parts.values()):
        shown.add_row(*_branded(parts, report))
    for row in _intents(parts, report):
        shown.add_row(*row)
    return shown


def _parts(report: Json) -> dict[str, Json]:
    """What has a column: each engine with rates, and all of them."""
    parts: dict[str, Json] = {name: part for name, part in report["engines"].items() if part["rates"]}
    return parts | ({_OVERALL: report["overall"]} if report["overall"] else {})


def _degraded(part: Json) -> str:
    return " 降级 degraded" if part["degraded"] else ""


def _cells(name: str, parts: Mapping[str, Json], report: Json) -> Iterator[str]:
    for column, part in parts.items():
        rate = part["rates"].get(name)
        behind = resting.said(name, report) if column == _OVERALL else resting.partly(name, part)
        yield f"{format_rate(name, rate)}{format_verdict((rate or {}).get('verdict'))}{escape(behind)}"


def _branded(parts: Mapping[str, Json], report: Json) -> tuple[str, ...]:
    """The questions that name a brand of the order."""
    return BRANDED_LABEL, *_cells(BRANDED, parts, report)


def _intents(parts: Mapping[str, Json], report: Json) -> Iterator[tuple[str, ...]]:
    """Each intent: over days where there are several, else the day's interval."""
    intents = report.get("intents") or {}
    found = {match[1]: name for part in parts.values() for name in part["rates"] if (match := _CLUSTER.fullmatch(name))}
    for cluster in sorted(found, key=int):
        rates = [part["rates"].get(found[cluster]) or {} for part in parts.values()]
        yield f"提及率 {escape(intents.get(cluster, f'cluster {cluster}'))}", *map(_intent, rates)


def _intent(rate: Json) -> str:
    """An intent's rate over several days where there is one, and how many days and answers it is of."""
    pooled = rate.get("pooled")
    shown = pooled or rate
    figure = format_rate("mention_rate", shown) + format_verdict((rate.get("pooled_change") or {}).get("verdict"))
    if shown.get("rate") is None:
        return figure
    over = legend.days(pooled.get("days", ())) if pooled else "1 day"
    # a line of its own, which a narrow terminal does not break
    return f"{figure}\nover {over}, {shown['k']}/{shown['n']}"
