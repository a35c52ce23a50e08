"""What has changed since earlier days: the `change` and the verdict beside an order's rates.

Only days that can be compared come here (`store.comparable_days`): none degraded, all analysed with the same names and
by the same rules. An outage, or an edited alias, is then never shown as a move of the brand.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from answerlens_rates.change import (
    Change,
    Hits,
    cites_the_order,
    every_answer,
    judge,
    names_the_brand,
    paired_change,
    tells_citations,
    verdict_of,
)
from answerlens_rates.definitions import MENTION_RATE
from answerlens_rates.multiple import benjamini_hochberg
from answerlens_rates.outcomes import Outcomes, pool
from answerlens_rates.rate import DayChange, Linked, PooledChange, PooledRate, Rate, Verdict
from answerlens_rates.rates import mention_rate

# A week against a week: whatever differs by weekday cancels out.
WINDOW_DAYS: Final = 7
# So many questions must move one way before the exact two-sided test can reach 5 %.
FEWEST_PAIRED: Final = 6

# The rates that are followed from day to day: which answers each counts, and of which.
DAILY: Final[Mapping[str, tuple[Hits, Hits]]] = {
    MENTION_RATE: (names_the_brand, every_answer),
    "link_mention_rate": (cites_the_order, tells_citations),
}


@dataclass(frozen=True, slots=True)
class Day:
    """The outcomes of one order on a day, by engine.

    Attributes:
        bank: The version of the bank that was asked.
        linked: What is stored of the like-for-like series, by rate (`chain`).
        rules: Those by which it was reported; the outcomes may be by those of the day that it is compared with.
    """

    date: dt.date
    tables: Mapping[str, Outcomes]
    bank: int = 1
    linked: Mapping[str, Linked] = field(default_factory=dict)
    rules: str = ""


def with_changes(rates: Mapping[str, Rate], days: Sequence[Day]) -> dict[str, Rate]:
    """The rates of the newest of these days, with what has changed; whatever was said of changes before is dropped.

    Args:
        rates: By name.
        days: Newest first; the newest is that of the rates. Empty when that day may not be judged.
    """
    plain = {name: _without_change(rate) for name, rate in rates.items()}
    alike = [day for day in days if day.tables.keys() == days[0].tables.keys()]
    if len(alike) < 2:  # noqa: PLR2004 - a day and one before it
        return plain
    now, before = alike[0], alike[1]
    for name, (of, behind) in DAILY.items():
        change = paired_change(*paired([before], [now], behind), of)
        shown = DayChange(**_figures(change), against=before.date.isoformat())
        plain[name] = replace(plain[name], verdict=judge(plain[name].verdict, change), change=shown)
    for name, (pooled_change, pooled) in _over_days(alike).items():
        if name in plain:
            plain[name] = replace(plain[name], pooled_change=pooled_change, pooled=pooled)
    return plain


def _without_change(rate: Rate) -> Rate:
    verdict: Verdict | None = "too_few" if rate.verdict == "too_few" else None
    return replace(rate, verdict=verdict, change=None, pooled_change=None, pooled=None)


def _over_days(days: Sequence[Day]) -> dict[str, tuple[PooledChange, PooledRate | None]]:
    """What recent days pooled say of the whole and of each cluster of today's bank: its move, and a cluster's rate.

    The moves since the days before them are corrected for one another.
    """
    width = min(WINDOW_DAYS, len(days) // 2)
    recent, earlier = days[:width], days[width : 2 * width]
    then, now = paired(earlier, recent, every_answer)
    newest = pool([table for day in days[:WINDOW_DAYS] for table in day.tables.values()])
    parts = dict(_parts(pool(list(days[0].tables.values()))))
    changes = {name: paired_change(_asked(then, asked), _asked(now, asked)) for name, asked in parts.items()}
    q_values = _corrected(changes)
    said: dict[str, tuple[PooledChange, PooledRate | None]] = {}
    for name, change in changes.items():
        pooled_change = PooledChange(
            **_figures(change),
            q_value=q_values.get(name),
            verdict=verdict_of(change.n, change.delta, q_values.get(name, 1.0), fewest=FEWEST_PAIRED),
            days=_dates(recent),
            against=_dates(earlier),
        )
        pooled = None
        if name != MENTION_RATE:
            pooled = PooledRate(pooled_rate(_asked(newest, parts[name])), _dates(days[:WINDOW_DAYS]))
        said[name] = (pooled_change, pooled)
    return said


def _dates(days: Sequence[Day]) -> tuple[str, ...]:
    return tuple(day.date.isoformat() for day in days)


def pooled_rate(outcomes: Outcomes) -> Rate:
    """The mention rate of a cluster over several days: an interval over questions, a figure where it is narrow enough.

    Days of the same few questions say more than one day of them, so fewer than 30 may carry a figure; fewer than 6
    or an interval of 30 points may not.
    """
    return mention_rate(outcomes, fewest=FEWEST_PAIRED)


def _parts(today: Outcomes) -> Iterator[tuple[str, NDArray[np.str_]]]:
    """The rates that are followed over days, each with its questions in today's bank."""
    yield MENTION_RATE, today.question_id
    for cluster in np.unique(today.cluster_id):
        yield f"mention_rate[cluster={cluster}]", today.question_id[today.cluster_id == cluster]


def _asked(outcomes: Outcomes, questions: NDArray[np.str_]) -> Outcomes:
    return outcomes.where(np.isin(outcomes.question_id, questions))


def _corrected(changes: Mapping[str, Change]) -> dict[str, float]:
    """The p-values corrected for one another; those that could say nothing in any case are not of the family."""
    family = {name: change.p_value for name, change in changes.items() if change.n >= FEWEST_PAIRED}
    corrected = benjamini_hochberg(list(family.values()))
    return dict(zip(family, map(float, corrected), strict=True))


def _figures(change: Change) -> dict[str, Any]:
    return {
        "delta": change.delta,
        "p_value": change.p_value,
        "n": change.n,
        "gained": change.gained,
        "lost": change.lost,
        "method": change.method,
    }


def paired(then: Sequence[Day], now: Sequence[Day], behind: Hits) -> tuple[Outcomes, Outcomes]:
    """Both sides pooled over their days and engines, engine by engine only the questions that both have answers to.

    Otherwise an engine that missed a question on one day would move the question's mean over the engines.
    """
    sides: tuple[list[Outcomes], list[Outcomes]] = ([], [])
    for engine in now[0].tables:
        pair = [_answered(pool([day.tables[engine] for day in days]), behind) for days in (then, now)]
        both = np.intersect1d(pair[0].question_id, pair[1].question_id)
        for side, table in zip(sides, pair, strict=True):
            side.append(table.where(np.isin(table.question_id, both)))
    return pool(sides[0]), pool(sides[1])


def _answered(outcomes: Outcomes, behind: Hits) -> Outcomes:
    return outcomes.where(outcomes.ok & ~outcomes.branded & behind(outcomes))
