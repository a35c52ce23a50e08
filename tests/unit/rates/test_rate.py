"""A rate as it is stored, and read back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from answerlens_common.contracts.no_rate import NoRate
from answerlens_rates.rate import DayChange, Linked, PooledChange, PooledRate, Rate

PLAIN: dict[str, Any] = {
    "k": 61,
    "n": 200,
    "rate": 0.305,
    "low": 0.245,
    "high": 0.372,
    "method": "wilson",
    "verdict": None,
    "among": ["Bose"],
    "reason": None,
}
CHANGE: dict[str, Any] = {"delta": 0.1, "p_value": 0.01, "n": 200, "gained": 30, "lost": 10, "method": "mcnemar"}
LINKED: dict[str, Any] = {
    "rate": 0.3,
    "low": 0.2,
    "high": 0.4,
    "value": 0.3,
    "standard_error": 0.05,
    "level": 0.3,
    "level_error": 0.05,
    "matched": 150,
    "banks": [1, 2],
    "rules": ["matcher 4"],
    "both_rules_on": [],
    "since": "2026-01-01",
    "anew": None,
}


def stored(rate: Rate) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(rate.stored()))
    return read


def test_a_rate_is_stored_as_it_was_read() -> None:
    for rate in (PLAIN, {**PLAIN, "engines": ["chat-a"]}, {**PLAIN, "engines": []}):
        assert stored(Rate.from_stored(rate)) == rate


def test_what_was_added_later_stays_absent_in_a_rate_of_before() -> None:
    old = {name: value for name, value in PLAIN.items() if name not in {"among", "reason"}}
    rate = Rate.from_stored(old)
    assert (rate.among, rate.reason) == ((), None)
    assert stored(replace(rate, verdict="up")) == {**old, "verdict": "up"}


def test_a_reason_has_its_type() -> None:
    nothing = {**PLAIN, **dict.fromkeys(("k", "n", "rate", "low", "high")), "method": "none", "reason": "no_answers"}
    assert Rate.from_stored(nothing).reason is NoRate.NO_ANSWERS
    assert stored(Rate.from_stored(nothing)) == nothing


def test_what_is_said_of_changes_is_stored_and_not_read_back() -> None:
    figures: Any = CHANGE
    pooled: dict[str, Any] = {"q_value": None, "verdict": "up", "days": ["2026-01-02"], "against": ["2026-01-01"]}
    days = ("2026-01-02",)
    rate = replace(
        Rate.from_stored(PLAIN),
        change=DayChange(**figures, against="2026-01-01"),
        pooled_change=PooledChange(**figures, q_value=None, verdict="up", days=days, against=("2026-01-01",)),
        pooled=PooledRate(Rate.from_stored(PLAIN), days),
        linked=Linked.from_stored(LINKED, "matcher 4"),
    )
    assert stored(rate) == {
        **PLAIN,
        "change": {**CHANGE, "against": "2026-01-01"},
        "pooled_change": {**CHANGE, **pooled},
        "pooled": {**PLAIN, "days": ["2026-01-02"]},
        "linked": LINKED,
    }
    assert Rate.from_stored(stored(rate)) == Rate.from_stored(PLAIN)


@pytest.mark.parametrize("lacking", [["rules", "both_rules_on", "anew"], ["value", "rules", "both_rules_on", "anew"]])
def test_a_chain_of_before_ran_over_the_rules_of_its_day_and_carried_on_what_it_showed(lacking: list[str]) -> None:
    old = {name: value for name, value in LINKED.items() if name not in lacking}
    assert Linked.from_stored({**old, "more": 1}, "matcher 4") == Linked.from_stored(LINKED, "matcher 4")
