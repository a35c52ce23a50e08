"""Reports side by side: a table of brands × rates, with 95 % intervals."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from answerlens_cli import resting
from answerlens_cli.api import Json
from answerlens_common.contracts.no_rate import SHORT, NoRate

# Each rate in the users' language and in English, in the order in which they are shown; others follow by name.
LABELS = {
    "mention_rate": "提及率 mentioned",
    "weighted_mention_rate": "加权提及 weighted",
    "first_mention_rate": "首位 first",
    "top3_rate": "前三 top 3",
    "mean_position": "平均位次 position",
    "share_of_voice": "声量份额 voice",
    "link_mention_rate": "链接提及 link",
    "link_listed_rate": "链接列出 listed",
    "link_share": "链接份额 links",
    "positive_share": "正面 positive",
    "negative_share": "负面 negative",
}
# Not a proportion: printed as it is.
POSITIONS = {"mean_position"}
LINKED_LABEL = "同题口径 like for like"
UNKNOWN = "–"
VERDICTS = {"up": " ↑ up", "down": " ↓ down", "within_noise": " ≈"}
TOO_FEW = "too_few"


def table(reports: Sequence[Json]) -> Table:
    """One section for each engine and one for all together, one row for each rate, one column for each brand.

    Args:
        reports: of different brands on one keyword and surface, as the API gives them.
    """
    shown = Table(box=box.SIMPLE_HEAD, title=escape(reports[0]["keyword"]), pad_edge=False)
    shown.add_column("")
    for report in reports:
        shown.add_column(escape(str(report["brand"])), justify="right", no_wrap=True)
    for engine in reports[0]["engines"]:
        parts = [report["engines"].get(engine, {}) for report in reports]
        degraded = " 降级 degraded" if any(part.get("degraded") for part in parts) else ""
        _add_section(shown, f"{engine}{degraded}", parts)
    titles = {resting.title(report) for report in reports}
    heading = titles.pop() if len(titles) == 1 else "全部引擎 all engines"
    _add_section(shown, heading, [report["overall"] or {} for report in reports], over=reports)
    return shown


def names(parts: Iterable[Json]) -> list[str]:
    """The rates of these parts, the known ones first.

    Left out are the breakdowns, such as mention_rate[score=4], and what is no rate: the full report has those.
    """
    found = {
        name
        for part in parts
        for name, rate in part.get("rates", {}).items()
        if "[" not in name and isinstance(rate, dict) and "rate" in rate
    }
    return [name for name in LABELS if name in found] + sorted(found - LABELS.keys())


def format_rate(name: str, rate: Json | None) -> str:
    """A rate with its interval: "31.0 % (25.1–37.6)".

    A dash stands for a figure when there are too few answers for one: then only the interval is shown. Where there is
    none at all, the reason stands in its place.
    """
    if not rate or rate.get("rate") is None:
        return _reason((rate or {}).get("reason"))
    scale, unit = (1, "") if name in POSITIONS else (100, " %")
    figure = UNKNOWN if rate.get("verdict") == TOO_FEW else f"{scale * rate['rate']:.1f}{unit}"
    if rate.get("low") is None or rate.get("high") is None:
        return figure
    return f"{figure} ({scale * rate['low']:.1f}–{scale * rate['high']:.1f})"


def format_verdict(verdict: str | None) -> str:
    """What is told of a change, behind a rate; nothing where nothing could be compared."""
    return VERDICTS.get(verdict or "", "")


def linked_rates(parts: Iterable[Json]) -> list[Json]:
    """The mention rate of each part like for like over its question banks; none while it is the rate itself.

    It is once the questions have been renewed, or the rules by which answers are read.
    """
    rates = [part.get("rates", {}).get("mention_rate") or {} for part in parts]
    linked = [rate.get("linked") or {} for rate in rates]
    if all(len(each.get("banks", ())) <= 1 and len(each.get("rules", ())) <= 1 for each in linked):
        return []
    return [each and each | {"verdict": rate.get("verdict")} for rate, each in zip(rates, linked, strict=True)]


def count(part: Json) -> str:
    """How many answers the mention rate of a part is of; nothing where there is none."""
    n = (part.get("rates", {}).get("mention_rate") or {}).get("n")
    return "" if n is None else str(n)


def _reason(reason: str | None) -> str:
    """Why there is no figure; a dash where an older rate does not say, or a newer API says what is not known here."""
    return SHORT[NoRate(reason)].chinese if reason in set(NoRate) else UNKNOWN


def _add_section(shown: Table, title: str, parts: Sequence[Json], over: Sequence[Json] = ()) -> None:
    """The rates of an engine, or `over` all engines of these reports."""
    sizes = [f"[dim]n = {size}[/]" if (size := count(part)) else "" for part in parts]
    shown.add_row(f"[bold]{escape(title)}[/]", *sizes)
    for name in names(parts):
        behind = [resting.said(name, report) for report in over] or [resting.partly(name, part) for part in parts]
        cells = [
            format_rate(name, part.get("rates", {}).get(name)) + escape(words)
            for part, words in zip(parts, behind, strict=True)
        ]
        shown.add_row(f"  {escape(LABELS.get(name, name))}", *cells)
    shown.add_section()
