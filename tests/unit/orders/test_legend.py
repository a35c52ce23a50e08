"""What a report says of its figures."""

from typing import Any

import pytest

from answerlens_orders.reports.legend import engine_notes, model_notes, no_rate_notes, rules_notes


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        (
            {"both_rules_on": ["2026-01-03"], "anew": None},
            ["changed after 2026-01-03: its answers were analysed by both"],
        ),
        ({"both_rules_on": [], "anew": "rules_changed"}, ["changed on 2026-01-01 and no earlier answers are kept"]),
        ({}, []),
    ],
)
def test_a_series_that_runs_over_a_change_of_rules_says_so(chain: dict[str, Any], words: list[str]) -> None:
    linked = {"rate": 0.3, "banks": [1], "since": "2026-01-01"} | chain
    rates: dict[str, Any] = {
        "mention_rate": {"rate": 0.3, "linked": linked},
        "link_mention_rate": {"rate": 0.1, "linked": linked},
    }
    notes = list(rules_notes([rates, rates, {}]))
    assert [word in note for note, word in zip(notes, words, strict=True)] == [True] * len(words)


def test_each_reason_is_told_once_and_those_of_breakdowns_are_not() -> None:
    rates: dict[str, Any] = {
        "share_of_voice": {"rate": None, "reason": "no_competitors"},
        "top3_rate": {"rate": None, "reason": "no_competitors"},
        "mention_rate[score=4]": {"rate": None, "reason": "no_such_score"},
        "positive_share": {"rate": None, "reason": "not_judged"},
        "mention_rate": {"rate": 0.5, "reason": None},
        "link_share": {"rate": None},
    }
    (note,) = no_rate_notes([rates, rates])
    assert "among nobody there is no first mention" in note


def test_rates_that_rest_on_the_same_engines_are_told_together() -> None:
    rates: dict[str, Any] = {
        "mention_rate": {"engines": ["chat-a", "chat-b"]},
        "positive_share": {"engines": ["chat-b"]},
        "negative_share": {"engines": ["chat-b"]},
        "link_share": {"engines": []},
        "top3_rate": {},
    }
    (note,) = engine_notes(rates, ["chat-a", "chat-b"])
    assert "rest on chat-b alone: positive_share, negative_share." in note


def test_an_engine_at_which_another_model_answers_is_named() -> None:
    (note,) = model_notes({"a": None, "b": {"was": ["m-1"], "is": ["m-2", "m-3"], "was_on": "2026-01-01"}})
    assert "Another model answers at b: m-1 on 2026-01-01, m-2, m-3 on this day" in note
