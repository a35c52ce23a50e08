"""The like-for-like series over banks with other questions."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from answerlens_rates.chain import with_links
from answerlens_rates.changes import WINDOW_DAYS, Day
from answerlens_rates.outcomes import Outcomes, pool
from answerlens_rates.rate import Rate
from answerlens_rates.rates import compute_rates
from tests.unit.rates.tables import as_stored, row, table

FIRST = dt.date(2026, 1, 1)


def asked(named: Mapping[str, bool]) -> Outcomes:
    """An answer a question."""
    return table([row(question, named=yes) for question, yes in named.items()])


def series(days: Iterable[tuple[int, Mapping[str, Outcomes]]]) -> list[dict[str, Any]]:
    """The rates of days with these banks as they are stored, oldest first."""
    return [as_stored(rates) for rates in linked_rates(days)]


def linked_rates(days: Iterable[tuple[int, Mapping[str, Outcomes]]]) -> list[dict[str, Rate]]:
    """The rates of days with these banks, oldest first, each linked to those before as the analyzer does it."""
    done: list[Day] = []
    found = []
    for number, (bank, tables) in enumerate(days):
        today = Day(FIRST + dt.timedelta(days=number), tables, bank)
        other = [day for day in done if day.bank != bank]
        before = [day for day in other if day.bank == other[0].bank][:WINDOW_DAYS]
        rates = with_links(compute_rates(pool(list(tables.values()))), [today, *done], before)
        found.append(rates)
        linked = {name: rate.linked for name, rate in rates.items() if rate.linked is not None}
        done.insert(0, replace(today, linked=linked))
    return found


def linked(days: Sequence[tuple[int, Mapping[str, bool]]]) -> list[dict[str, Any]]:
    return [rates["mention_rate"]["linked"] for rates in series((bank, {"chat-a": asked(day)}) for bank, day in days)]


OLD = {f"a{i}": i % 2 == 0 for i in range(150)} | {f"b{i}": i % 2 == 0 for i in range(50)}
# the new questions are of a kind whose answers all name the brand: nothing about the brand has changed
NEW = {f"a{i}": i % 2 == 0 for i in range(150)} | {f"c{i}": True for i in range(50)}


def test_other_questions_move_the_raw_rate_and_not_the_linked() -> None:
    before, after = series([(1, {"chat-a": asked(OLD)}), (2, {"chat-a": asked(NEW)})])
    assert (before["mention_rate"]["rate"], after["mention_rate"]["rate"]) == (0.5, 0.625)
    assert before["mention_rate"]["linked"]["rate"] == 0.5
    moved = after["mention_rate"]["linked"]
    assert moved["rate"] == pytest.approx(0.5)
    assert (moved["matched"], moved["banks"]) == (150, [1, 2])
    assert moved["low"] < 0.5 < moved["high"]


def test_what_the_anchors_move_the_linked_rate_moves() -> None:
    risen = NEW | {f"a{i}": True for i in range(1, 31, 2)}
    assert linked([(1, OLD), (2, NEW), (2, risen)])[2]["rate"] == pytest.approx(0.5 + 15 / 150)


def test_a_chain_goes_on_from_bank_to_bank() -> None:
    third = {f"a{i}": i % 2 == 0 for i in range(100)} | {f"d{i}": False for i in range(100)}
    last = linked([(1, OLD), (2, NEW), (3, third)])[2]
    assert (last["rate"], last["banks"], last["matched"]) == (pytest.approx(0.5), [1, 2, 3], 100)


def test_with_too_few_questions_in_common_a_new_chain_begins() -> None:
    strangers = {f"a{i}": True for i in range(29)} | {f"e{i}": True for i in range(171)}
    last = linked([(1, OLD), (2, strangers)])[1]
    assert (last["rate"], last["matched"], last["banks"]) == (1.0, None, [2])


def test_a_day_that_may_not_be_judged_is_no_link_and_loses_an_old_one() -> None:
    rates = linked_rates([(1, {"chat-a": asked(OLD)})])[0]
    assert rates["mention_rate"].linked is not None
    assert with_links(rates, [], [])["mention_rate"].linked is None


def test_a_day_without_an_engine_neither_joins_the_chain_nor_ends_it() -> None:
    old, new = ({"chat-a": asked(day), "chat-b": asked(day)} for day in (OLD, NEW))
    without = {"chat-a": asked(NEW)}
    found = series([(1, old), (1, old), (2, without), (2, new)])
    assert "linked" not in found[2]["mention_rate"]
    last = found[3]["mention_rate"]["linked"]
    assert (last["rate"], last["banks"], last["since"]) == (pytest.approx(0.5), [1, 2], "2026-01-01")


def test_a_day_with_few_answers_is_left_out_of_the_chain_and_does_not_end_it() -> None:
    failed = {f"a{i}": i % 2 == 0 for i in range(20)} | {f"c{i}": True for i in range(50)}
    found = series((bank, {"chat-a": asked(day)}) for bank, day in ((1, OLD), (2, NEW), (2, failed), (2, NEW)))
    assert "linked" not in found[2]["mention_rate"]
    assert found[3]["mention_rate"]["linked"]["banks"] == [1, 2]


def test_a_level_below_zero_is_carried_on_though_it_is_not_shown() -> None:
    """A rare brand: what one link loses the next gives back, or rare brands would only ever rise."""

    def bank(named: int, other: int, kind: str) -> dict[str, bool]:
        return {f"a{i}": i < named for i in range(100)} | {f"{kind}{i}": i < other for i in range(100)}

    found = linked([(1, bank(4, 0, "b")), (2, bank(0, 3, "c")), (3, bank(4, 0, "d"))])
    assert [day["rate"] for day in found] == [0.02, 0.0, pytest.approx(0.02)]
    assert found[1]["level"] == pytest.approx(-0.02)


def test_the_interval_holds_over_banks_and_does_not_grow_useless() -> None:
    """Questions have propensities of their own (a beta law of mean 0.3); each bank renews a quarter of them."""
    chance = np.random.default_rng(7)
    covered = 0
    ends = []
    errors = []
    runs = 150
    banks = 4
    size = 80
    kept = 60
    for _ in range(runs):
        bank = {f"0-{i}": p for i, p in enumerate(chance.beta(1.5, 3.5, size))}
        days = []
        for version in range(1, banks + 1):
            days += [(version, {q: bool(chance.random() < p) for q, p in bank.items()}) for _ in range(3)]
            stay = chance.choice(list(bank), kept, replace=False)
            fresh = {f"{version}-{i}": p for i, p in enumerate(chance.beta(1.5, 3.5, size - kept))}
            bank = {q: bank[q] for q in stay} | fresh
        end = linked(days)[-1]
        ends.append(end["rate"])
        errors.append(end["standard_error"])
        covered += end["low"] <= 0.3 <= end["high"]
    spread = float(np.std(ends))
    assert covered / runs >= 0.95
    assert float(np.mean(errors)) < 1.6 * spread
    assert abs(float(np.mean(ends)) - 0.3) < 3 * spread / np.sqrt(runs)
