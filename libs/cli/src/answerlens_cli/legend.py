"""What is said under a table of rates: what its signs mean, as far as they stand in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from answerlens_cli.api import Json
from answerlens_common.contracts.no_rate import SENTENCES, SHORT, NoRate

Parts = Mapping[str, Json]


def reasons(parts: Iterable[Json]) -> Iterator[str]:
    """Why rates of these parts have no value."""
    given = {
        rate["reason"]
        for part in parts
        for name, rate in part.get("rates", {}).items()
        if "[" not in name and isinstance(rate, dict) and rate.get("reason")
    }
    for reason in NoRate:
        if reason in given:
            yield f"{SHORT[reason].both}: {SENTENCES[reason].both}"


def among(report: Json) -> str | None:
    """The competitors that ranks and shares of voice are among, as they were counted; None without any."""
    parts = [report["overall"] or {}, *report["engines"].values()]
    counted = next((each for part in parts if (each := _rate(part, "share_of_voice").get("among"))), None)
    names = counted or report.get("competitors") or ()
    return ", ".join(names) if names else None


def compared(parts: Parts) -> Iterator[str]:
    """What the verdicts of days and of intents are against."""
    days = _grouped(
        {name: _rate(part, "mention_rate").get("change", {}).get("against", "") for name, part in parts.items()}
    )
    if days:
        yield f"Compared 对比: {days}."
    widths = _grouped({name: _width(part) for name, part in parts.items()})
    if widths:
        yield f"Intents compared 意图对比: {widths}."


def _width(part: Json) -> str:
    changes = (rate.get("pooled_change") or {} for name, rate in part.get("rates", {}).items() if "[cluster=" in name)
    change = next((each for each in changes if each.get("days")), None)
    return f"{days(change['days'])} against the {len(change['against'])} before" if change else ""


def days(of: Sequence[str]) -> str:
    """How many: "1 day", "3 days"."""
    return f"{len(of)} day" if len(of) == 1 else f"{len(of)} days"


def _grouped(said: Mapping[str, str]) -> str:
    """What is said of whom; once where all say the same."""
    told = {name: words for name, words in said.items() if words}
    if len(set(told.values())) == 1 and len(told) == len(said):
        return next(iter(told.values()))
    return "; ".join(f"{name} {words}" for name, words in told.items())


def _rate(part: Json, name: str) -> Json:
    rate: Json = part.get("rates", {}).get(name) or {}
    return rate
