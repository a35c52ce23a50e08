"""What a report says of its figures: why some have none, and which engines those over all engines rest on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from answerlens_common.no_rate import SENTENCES, NoRate


def no_rate_notes(parts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Why rates of these parts have no value, each reason once.

    Not of the breakdowns by score and cluster, whose names say what they lack; nor of what is told of an engine.

    Args:
        parts: The rates of an engine, or of all, by name.
    """
    found = {
        rate["reason"] for rates in parts for name, rate in rates.items() if "[" not in name and rate.get("reason")
    }
    for reason in NoRate:
        if reason in found - _TOLD_OTHERWISE:
            yield SENTENCES[reason].both


_TOLD_OTHERWISE = frozenset({NoRate.NOT_JUDGED})


def engine_notes(overall: Mapping[str, Any], engines: Sequence[str]) -> Iterator[str]:
    """Which rates over all engines rest on some of them only.

    Args:
        overall: The rates over all engines, by name.
        engines: All engines of the report.
    """
    resting: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, rate in overall.items():
        behind = rate.get("engines")
        if "[" not in name and behind and set(behind) < set(engines):
            resting[tuple(behind)].append(name)
    for behind, names in sorted(resting.items()):
        yield (
            f"全部引擎的这些数字只来自 {'、'.join(behind)}：{'、'.join(names)}。"
            f" Over all engines these rest on {', '.join(behind)} alone: {', '.join(names)}."
        )
