"""One order's report: a table of rates × engines with 95 % intervals, and what to know when reading it."""

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerlens_cli.api import Json
from answerlens_cli.rates import LABELS, format_rate, names


def show(report: Json, console: Console) -> None:
    """Print a report."""
    console.print(table(report))
    lines = [f"Engines 引擎: {', '.join(report['engines']) or 'none'}. Surface: {report['surface']}."]
    lines.append("Each rate has its 95 % interval in brackets. 括号内为 95 % 置信区间。")
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
        shown.add_column(escape(name) + (" 降级 degraded" if part["degraded"] else ""), justify="right")
    if report["overall"]:
        parts["overall"] = report["overall"]
        shown.add_column("全部引擎 all engines", justify="right")
    counts = [part["rates"].get("mention_rate") or {} for part in parts.values()]
    shown.add_row("n", *(str(count.get("n", "")) for count in counts), style="dim")
    for name in names(parts.values()):
        cells = [format_rate(name, part["rates"].get(name)) for part in parts.values()]
        shown.add_row(escape(LABELS.get(name, name)), *cells)
    return shown
