"""One order's report: a table of rates × engines with 95 % intervals, and what to know when reading it."""

import re
from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerlens_cli.api import Json
from answerlens_cli.rates import LABELS, LINKED_LABEL, format_rate, format_verdict, linked_rates, names

BRANDED = "mention_rate[branded]"
_CLUSTER = re.compile(r"mention_rate\[cluster=(\d+)\]")
_LEGEND = (
    "Each rate has its 95 % interval in brackets. 括号内为 95 % 置信区间。",
    "– 样本过少 too few answers for one figure; ↑ 上升 up, ↓ 下降 down, ≈ 波动内 within noise.",
    "Compared: day against day, an intent week against week; nothing is said where nothing can be compared.",
)


def show(report: Json, console: Console) -> None:
    """Print a report."""
    console.print(table(report))
    lines = [f"Engines 引擎: {', '.join(report['engines']) or 'none'}. Surface: {report['surface']}."]
    lines += _LEGEND
    if report["competitors"]:
        lines.append(f"Among 对比品牌: {', '.join(report['competitors'])}.")
    lines += [] if report["source_note"] in report["notes"] else [report["source_note"]]
    lines += report["notes"]
    console.print(escape("\n".join(lines)), highlight=False, soft_wrap=True)


def table(report: Json) -> Table:
    """A row for each rate, a column for each engine and one for all of them."""
    parts: dict[str, Json] = {name: part for name, part in report["engines"].items() if part["rates"]}
    title = f"{report['brand']} × {report['keyword']} {report['date']}"
    shown = Table(title=escape(title), box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column("")
    for name, part in parts.items():
        shown.add_column(escape(name) + _degraded(part), justify="right")
    if report["overall"]:
        parts["overall"] = report["overall"]
        shown.add_column("全部引擎 all engines" + _degraded(report["overall"]), justify="right")
    counts = [part["rates"].get("mention_rate") or {} for part in parts.values()]
    shown.add_row("n", *(str(count.get("n", "")) for count in counts), style="dim")
    for name in names(parts.values()):
        shown.add_row(escape(LABELS.get(name, name)), *_cells(name, parts.values()))
        if name == "mention_rate" and (linked := linked_rates(parts.values())):
            shown.add_row(f"  {LINKED_LABEL}", *(format_rate(name, each) for each in linked))
    for row in _breakdowns(parts.values(), report.get("intents") or {}):
        shown.add_row(*row)
    return shown


def _degraded(part: Json) -> str:
    return " 降级 degraded" if part["degraded"] else ""


def _cells(name: str, parts: Iterable[Json]) -> Iterator[str]:
    for part in parts:
        rate = part["rates"].get(name)
        yield f"{format_rate(name, rate)}{format_verdict((rate or {}).get('verdict'))}"


def _breakdowns(parts: Iterable[Json], intents: Json) -> Iterator[tuple[str, ...]]:
    """The questions that name a brand, and each intent: over days where there are several, else the day's interval."""
    parts = list(parts)
    if any((part["rates"].get(BRANDED) or {}).get("n") for part in parts):
        yield "提及率，点名的问题 branded", *_cells(BRANDED, parts)
    found = {match[1]: name for part in parts for name in part["rates"] if (match := _CLUSTER.fullmatch(name))}
    for cluster in sorted(found, key=int):
        rates = [part["rates"].get(found[cluster]) or {} for part in parts]
        cells = (
            format_rate(found[cluster], rate.get("pooled") or rate)
            + format_verdict((rate.get("pooled_change") or {}).get("verdict"))
            for rate in rates
        )
        yield f"提及率 {escape(intents.get(cluster, f'cluster {cluster}'))}", *cells
