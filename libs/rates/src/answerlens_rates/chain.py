"""The like-for-like series: a rate chain-linked over the versions of its bank.

A new bank has other questions, and a raw rate may move for that alone. The linked rate moves only with the questions
that both banks have (the anchors), as a matched-model index does: while the first bank is asked it is the raw rate;
with the next it is the level of the bank before, which is that of a week, plus what the anchors have moved since then.
A change of the rules by which answers are read (`rules`) is a link too: the last day before it is analysed by both, if
its answers are kept, and the linked rate goes on from that day's with what they have moved since, by the new rules.
Source: ILO, IMF et al., "Consumer Price Index Manual: Concepts and Methods" (2020), chapters 6 and 8 (matched models,
chaining over a change of sample). It adds differences where a price index multiplies: a rate of 0 has no ratio, and
points are what every other change here is told in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from answerlens_rates.change import Hits, rates_by_question
from answerlens_rates.changes import DAILY, WINDOW_DAYS, Day, paired
from answerlens_rates.intervals import Z
from answerlens_rates.rate import Linked, Rate, RulesChanged
from answerlens_rates.rates import FEWEST_QUESTIONS

RULES_CHANGED: Final[RulesChanged] = "rules_changed"
T = TypeVar("T")


class _Estimate(NamedTuple):
    """A mean over questions and its standard error."""

    value: float
    error: float
    questions: int


def with_links(
    rates: Mapping[str, Rate], days: Sequence[Day], before: Sequence[Day], rules_before: str | None = None
) -> dict[str, Rate]:
    """The rates of the newest of these days, those that are followed from day to day with their `linked` value.

    Args:
        rates: By name; a linked value from before is dropped.
        days: Newest first; the newest is that of the rates. Empty when that day may not be judged: it is no link.
        before: Days with the bank, or the rules, before, newest first, that may be compared with them.
        rules_before: The rules of the newest earlier day of another bank or other rules, though its answers be gone.
    """
    linked = {name: replace(rate, linked=None) for name, rate in rates.items()}
    if days:
        week = [day for day in days if _segment(day) == _segment(days[0])]
        for name, (of, behind) in DAILY.items():
            found = _linked(name, linked[name], week[:WINDOW_DAYS], before, of, behind)
            # a chain that begins where the rules have changed: nothing was kept to link it over
            if found is not None and found.matched is None and rules_before not in {None, days[0].rules}:
                found = replace(found, anew=RULES_CHANGED)
            linked[name] = replace(linked[name], linked=found)
    return linked


def _linked(name: str, rate: Rate, week: Sequence[Day], before: Sequence[Day], of: Hits, behind: Hits) -> Linked | None:
    base = [day for day in before if name in day.linked and day.tables.keys() == week[0].tables.keys()]
    if not base:
        # before a day on which an engine is missing there may well be a chain, which it neither joins nor ends
        return None if any(name in day.linked for day in before) else _first(name, rate, week, of, behind)
    last = base[0].linked[name]
    start = _Estimate(last.level, last.level_error, 0)
    same_rules = base[0].rules == week[0].rules
    if not same_rules:
        # of the answers of that one day both is known: what it was by its own rules, and what it is by today's
        base = base[:1]
        start = _Estimate(last.value, last.standard_error, 0)
    if rate.rate is None or rate.low is None:
        return None
    level = _moved(base, week, of, behind)
    if level is None:
        return _first(name, rate, week, of, behind)
    today = _moved(base, week[:1], of, behind)
    if today is None:
        return None
    value = start.value + today.value
    error = float(np.hypot(start.error, today.error))
    return Linked(
        rate=_share(value),
        low=_share(value - Z * error),
        high=_share(value + Z * error),
        value=value,
        standard_error=error,
        level=start.value + level.value,
        level_error=float(np.hypot(start.error, level.error)),
        matched=today.questions,
        banks=_onwards(last.banks, week[0].bank),
        rules=_onwards(last.rules, week[0].rules),
        both_rules_on=(*last.both_rules_on, *(() if same_rules else (base[0].date.isoformat(),))),
        since=last.since,
    )


def _first(name: str, rate: Rate, week: Sequence[Day], of: Hits, behind: Hits) -> Linked | None:
    """A chain begins with the raw rate; where there is none, or no interval, none begins."""
    if rate.rate is None or rate.low is None or rate.high is None:
        return None
    answered, _ = paired(week, week, behind)
    level = _mean(np.array(list(rates_by_question(answered, of).values())))
    begun = [day.linked[name].since for day in week[1:] if name in day.linked]
    return Linked(
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        value=rate.rate,
        standard_error=(rate.high - rate.low) / (2 * Z),
        level=level.value,
        level_error=level.error,
        matched=None,
        banks=(week[0].bank,),
        rules=(week[0].rules,),
        both_rules_on=(),
        since=begun[0] if begun else week[0].date.isoformat(),
    )


def _segment(day: Day) -> tuple[int, str, frozenset[str]]:
    """Days of one bank, rules and engines are followed as they are."""
    return day.bank, day.rules, frozenset(day.tables)


def _onwards(passed: tuple[T, ...], now: T) -> tuple[T, ...]:
    """Over what a chain has run, and on."""
    return passed if passed[-1] == now else (*passed, now)


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
