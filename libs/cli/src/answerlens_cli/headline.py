"""Which rates a report leads with, as the API says."""

from collections.abc import Iterable, Sequence

from answerlens_cli.api import Json
from answerlens_cli.rates import LABELS

BRANDED = "mention_rate[branded]"
BRANDED_LABEL = "提及率，点名的问题 branded"
_MENTIONED = ["mention_rate"]


def leading(report: Json) -> list[str]:
    """The names of the rates that come first."""
    return list(report.get("headline") or _MENTIONED)


def in_order(names: Iterable[str], report: Json) -> list[str]:
    """The names of a report's rates, those to lead with first."""
    first = leading(report)
    return sorted(names, key=lambda name: first.index(name) if name in first else len(first))


def said(report: Json) -> Sequence[str]:
    """Which rates to read first, where that is not the mention rate."""
    if leading(report) == _MENTIONED:
        return ()
    names = ", ".join(BRANDED_LABEL if name == BRANDED else LABELS.get(name, name) for name in leading(report))
    marked = " keyword_names_brand." if report.get("keyword_names_brand") else ""
    return (f"Read first 先看: {names}.{marked}",)
