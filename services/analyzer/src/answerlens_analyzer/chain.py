"""The like-for-like series: a rate chain-linked over the versions of its bank.

A new bank has other questions, and a raw rate may move for that alone. The linked rate moves only with the questions
that both banks have (the anchors), as a matched-model index does: while the first bank is asked it is the raw rate;
with the next it is the level of the bank before, which is that of a week, plus what the anchors have moved since then.
Source: ILO, IMF et al., "Consumer Price Index Manual: Concepts and Methods" (2020), chapters 6 and 8 (matched models,
chaining over a change of sample). It adds differences where a price index multiplies: a rate of 0 has no ratio, and
points are what every other change here is told in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from answerlens_analyzer.change import Hits, rates_by_question
from answerlens_analyzer.changes import DAILY, WINDOW_DAYS, Day, paired
from answerlens_analyzer.intervals import Z
from answerlens_analyzer.rates import FEWEST_QUESTIONS

LINKED: Final = "linked"


class _Estimate(NamedTuple):
    """A mean over questions and its standard error."""

    value: float
    error: float
    questions: int


def with_links(rates: Mapping[str, Any], days: Sequence[Day], before: Sequence[Day]) -> dict[str, Mapping[str, Any]]:
    """The rates of the newest of these days, those that are followed from day to day with their `linked` value.

    Args:
        rates: As stored: by name, each a dict; a linked value from before is dropped.
        days: Newest first; the newest is that of the rates. Empty when that day may not be judged: it is no link.
        before: Days with the bank before, newest first, that may be compared with them.
    """
    linked = {name: {field: value for field, value in rate.items() if field != LINKED} for name, rate in rates.items()}
    if days:
        week = [day for day in days if day.bank == days[0].bank and day.tables.keys() == days[0].tables.keys()]
        for name, (of, behind) in DAILY.items():
            found = _linked(name, linked[name], week[:WINDOW_DAYS], before, of, behind)
            if found is not None:
                linked[name][LINKED] = found
    return dict(linked)


def _linked(
    name: str, rate: Mapping[str, Any], week: Sequence[Day], before: Sequence[Day], of: Hits, behind: Hits
) -> dict[str, Any] | None:
    if rate["rate"] is None or rate["low"] is None:
        return None
    base = [day for day in before if name in day.linked and day.tables.keys() == week[0].tables.keys()]
    if not base:
        # before a day on which an engine is missing there may well be a chain, which it neither joins nor ends
        return None if any(name in day.linked for day in before) else _first(name, rate, week, of, behind)
    level = _moved(base, week, of, behind)
    if level is None:
        return _first(name, rate, week, of, behind)
    today = _moved(base, week[:1], of, behind)
    if today is None:
        return None
    last = base[0].linked[name]
    value = last["level"] + today.value
    error = float(np.hypot(last["level_error"], today.error))
    return {
        "rate": _share(value),
        "low": _share(value - Z * error),
        "high": _share(value + Z * error),
        "standard_error": error,
        "level": last["level"] + level.value,
        "level_error": float(np.hypot(last["level_error"], level.error)),
        "matched": today.questions,
        "banks": [*last["banks"], week[0].bank],
        "since": last["since"],
    }


def _first(name: str, rate: Mapping[str, Any], week: Sequence[Day], of: Hits, behind: Hits) -> dict[str, Any]:
    """A chain begins with the raw rate."""
    answered, _ = paired(week, week, behind)
    level = _mean(np.array(list(rates_by_question(answered, of).values())))
    begun = [day.linked[name]["since"] for day in week[1:] if name in day.linked]
    return {
        **{field: rate[field] for field in ("rate", "low", "high")},
        "standard_error": (rate["high"] - rate["low"]) / (2 * Z),
        "level": level.value,
        "level_error": level.error,
        "matched": None,
        "banks": [week[0].bank],
        "since": begun[0] if begun else week[0].date.isoformat(),
    }


def _moved(then: Sequence[Day], now: Sequence[Day], of: Hits, behind: Hits) -> _Estimate | None:
    """How far the questions that both sides have answers to have moved; None when they are too few."""
    was, is_now = (rates_by_question(side, of) for side in paired(then, now, behind))
    if len(was) < FEWEST_QUESTIONS:
        return None
    return _mean(np.array([is_now[question] - was[question] for question in sorted(was)]))


def _mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> _Estimate:
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return _Estimate(float(values.mean()), spread / float(np.sqrt(len(values))), len(values))


def _share(value: float) -> float:
    """What is shown lies between 0 and 1; what is carried on does not have to."""
    return min(1.0, max(0.0, value))
