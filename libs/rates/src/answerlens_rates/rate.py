"""A rate: a figure, what is known of its error, and what is said of it beside others.

It is computed (`rates`), compared with earlier days (`changes`, `chain`) and stored as JSON, which the API gives as it
is. What was added later is absent in rates that were stored before, and stays so: a report that is made of them again
is the same to the byte.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, Self

from answerlens_common.contracts.no_rate import NoRate

Verdict = Literal["up", "down", "within_noise", "too_few"]
Method = Literal["wilson", "bootstrap", "none"]
Test = Literal["mcnemar", "sign_flip"]
RulesChanged = Literal["rules_changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """The move of a rate since the newest day that it can be compared with; see `change.Change`.

    Attributes:
        against: That day's date.
    """

    delta: float | None
    p_value: float
    n: int
    gained: int
    lost: int
    method: Test
    against: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledChange:
    """The move of a rate between as many days each, pooled.

    Attributes:
        q_value: The p-value corrected for the other rates that are followed; None when it could say nothing in any
            case.
        days: The newest dates.
        against: Those before them.
    """

    delta: float | None
    p_value: float
    n: int
    gained: int
    lost: int
    method: Test
    q_value: float | None
    verdict: Verdict | None
    days: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A rate like for like over versions of the bank; see `chain`.

    Attributes:
        rate: What is shown, between 0 and 1, with its interval from `low` to `high`.
        value: What is carried on, which may lie outside.
        level: The value of the week, with its `level_error`: where the next bank goes on.
        matched: How many questions it rests on; None while the first bank is asked.
        banks: Over which it runs.
        rules: Over which it runs.
        both_rules_on: The dates whose answers were analysed by the rules before a change and after it.
        since: Its first day.
        anew: Why the chain begins again; None where it does not.
    """

    rate: float
    low: float
    high: float
    value: float
    standard_error: float
    level: float
    level_error: float
    matched: int | None
    banks: tuple[int, ...]
    rules: tuple[str, ...]
    both_rules_on: tuple[str, ...]
    since: str
    anew: RulesChanged | None = None

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any], rules: str) -> Self:
        """As it was stored; `rules` are those of its day, which it ran over alone before a chain knew rules."""
        known = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        whole: dict[str, Any] = {"value": stored["rate"], "rules": [rules], "both_rules_on": [], **known}
        for name in ("banks", "rules", "both_rules_on"):
            whole[name] = tuple(whole[name])
        return cls(**whole)


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure and what is known of its error.

    Attributes:
        k: What was counted: answers, for `weighted_mention_rate` score points, for `link_share` links.
        n: What it is counted of, so that rate = k / n; for `mean_position` k of n answers name the brand.
        rate: The value. Where there is none, k, n, the interval and the verdict are None too, and `reason` says why.
        low: Lower end of the 95 % interval.
        high: Upper end.
        method: Where the interval comes from.
        verdict: "too_few" when the figure should be shown as an interval only; `change.judge` gives the others.
        among: The competitors the figure is relative to.
        reason: Why there is no value.
        engines: Over all engines, those that have a part in the figure; None of a single one.
        change: Since the day before; None without a day to compare with, as the following two.
        pooled_change: Since the days before.
        pooled: Of a cluster, the rate over several days.
        linked: Like for like; None when the day is no link, or the rate is not followed so.
        lacking: The fields that it lacked when it was stored, which were added later.
    """

    k: int | None
    n: int | None
    rate: float | None
    low: float | None
    high: float | None
    method: Method
    verdict: Verdict | None
    among: tuple[str, ...] = ()
    reason: NoRate | None = None
    engines: tuple[str, ...] | None = None
    change: DayChange | None = None
    pooled_change: PooledChange | None = None
    pooled: "PooledRate | None" = None
    linked: Linked | None = None
    lacking: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        """As it was stored, without what was said of changes: that is said anew before it is stored again."""
        engines, reason = stored.get("engines"), stored.get("reason")
        return cls(
            **{name: stored[name] for name in _ALWAYS},
            among=tuple(stored.get("among") or ()),
            reason=None if reason is None else NoRate(reason),
            engines=None if engines is None else tuple(engines),
            lacking=frozenset(name for name in _LATER if name not in stored),
        )

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it: what does not apply is left out."""
        always = {name: getattr(self, name) for name in _ALWAYS}
        later = {name: getattr(self, name) for name in _LATER if name not in self.lacking}
        said = {"engines": self.engines, "pooled": None if self.pooled is None else self.pooled.stored()}
        for name in ("change", "pooled_change", "linked"):
            part = getattr(self, name)
            said[name] = None if part is None else asdict(part)
        return always | later | {name: value for name, value in said.items() if value is not None}


_ALWAYS: Final = ("k", "n", "rate", "low", "high", "method", "verdict")
_LATER: Final = ("among", "reason")


@dataclass(frozen=True, slots=True)
class PooledRate:
    """A rate over several days, which it names."""

    rate: Rate
    days: tuple[str, ...]

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it: the rate's own fields, and the days."""
        return {**self.rate.stored(), "days": self.days}


def stored(rates: Mapping[str, Rate]) -> dict[str, Any]:
    """Rates by name, as JSON keeps them."""
    return {name: rate.stored() for name, rate in rates.items()}
