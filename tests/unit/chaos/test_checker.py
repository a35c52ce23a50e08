"""A checker that cannot fail proves nothing: each invariant is broken once, in facts made up for it."""

from collections import Counter
from typing import Any

import pytest

from tests.chaos.checker import MOST_ASKS, MOST_CONNECTIONS, violations
from tests.chaos.facts import Facts, Queue, Write

ORDER, KEYWORD = "8c4f", "咖啡机"


def sound(**changes: Any) -> Facts:
    """A system at rest after one order, but for what is changed."""
    good: dict[str, Any] = {
        "accepted": {ORDER: KEYWORD},
        "orders": {ORDER: "completed"},
        "histories": {ORDER: ["queued", "completed"], f"{ORDER} on 2026-11-25": ["queued", "completed"]},
        "announced": {KEYWORD},
        "answers": Counter({"咖啡机 q1 chat-a": 1}),
        "asks": Counter({"哪款好 of chat-a": MOST_ASKS}),
        "searches": Counter({KEYWORD: 1}),
        "slots": [("stalled", "10:00", 1), ("stalled", "10:05", 2), ("refresh", "2026-11-25", 2)],
        "queues": {
            "searcher.x": Queue(0, 0, 2),
            "searcher.x.retry.1": Queue(0, 0, 0),
            "searcher.x.dead": Queue(0, 0, 0),
        },
        "writes": [Write("ai_answer of 咖啡机 q1", "collector:11", "collector:11")],
        "connections": Counter({"collector:11": 5, "postgres": 1}),
        "alive": {11},
    }
    return Facts(**(good | changes))


def test_nothing_is_said_of_a_sound_system() -> None:
    assert violations(sound()) == []


def test_nothing_is_said_of_one_in_which_nothing_happened() -> None:
    assert violations(Facts()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"orders": {ORDER: "running"}}, "I1: order 8c4f ended nowhere: it is running"),
        ({"histories": {ORDER: ["queued", "cancelled", "completed"]}}, "I1: 8c4f left a terminal state"),
        ({"histories": {ORDER: ["queued", "completed", "running"]}}, "I1: 8c4f left a terminal state"),
        ({"orders": {}}, "I2: order 8c4f was accepted and is not in the database"),
        ({"announced": set()}, "I2: order 8c4f was accepted and no event about 咖啡机"),
        ({"answers": Counter({"咖啡机 q1 chat-a": 2})}, "I3: 2 answers are stored for 咖啡机 q1 chat-a"),
        ({"asks": Counter({"哪款好 of chat-a": MOST_ASKS + 1})}, "I3: 哪款好 of chat-a was asked 4 times"),
        ({"searches": Counter({KEYWORD: MOST_ASKS + 1})}, "I3: 咖啡机 was asked 4 times"),
        ({"slots": [("refresh", "d", 1), ("refresh", "d", 1)]}, "I4: slot d of refresh fired twice"),
        ({"slots": [("refresh", "d", 2), ("refresh", "e", 1)]}, "I4: slot e of refresh was fired by a leader that"),
        ({"queues": {"searcher.x.dead": Queue(1, 0, 0)}}, "I5: 1 dead letters in searcher.x.dead, not 0"),
        ({"queues": {"searcher.x": Queue(1, 0, 1)}}, "I7: searcher.x: 1 ready, 0 unacked"),
        ({"queues": {"searcher.x": Queue(0, 1, 1)}}, "I7: searcher.x: 0 ready, 1 unacked"),
        ({"queues": {"searcher.x": Queue(0, 0, 0)}}, "I7: searcher.x: nobody consumes"),
        ({"queues": {"searcher.x.retry.1": Queue(1, 0, 0)}}, "I7: searcher.x.retry.1: 1 ready"),
        ({"tokens": ["claim 1: 3 after 3"]}, "I6: a token did not grow: claim 1"),
        ({"writes": [Write("ai_answer", "collector:11", "collector:12")]}, "I6: ai_answer was written by collector:11"),
        ({"writes": [Write("ai_answer", "collector:11", None)]}, "I6: ai_answer was written by collector:11"),
        ({"unpublished": 2}, "I7: 2 events wait in the outbox"),
        ({"held": ["ask 咖啡机 q1 held"]}, "I7: held: ask"),
        ({"long_transactions": ["scorer:12: SELECT 1"]}, "I7: a transaction is open for more than a minute"),
        ({"connections": Counter({"collector:11": MOST_CONNECTIONS + 1})}, "I7: collector:11 has"),
        ({"connections": Counter({"collector:99": 1})}, "I7: connection of a dead process: collector:99"),
        ({"orphans": ["chromium (77)"]}, "I7: orphan: chromium (77)"),
        ({"zombies": ["chromium (78)"]}, "I7: zombie: chromium (78)"),
        ({"stranger_sees": {ORDER}}, "I9: a stranger can read order 8c4f"),
    ],
)
def test_what_is_broken_is_said(changes: dict[str, Any], said: str) -> None:
    found = violations(sound(**changes))
    assert any(line.startswith(said) for line in found), found


def test_dead_letters_that_are_right_must_be_there() -> None:
    assert violations(sound(), dead={"searcher.x.dead": 1}) == ["I5: 0 dead letters in searcher.x.dead, not 1"]
    assert violations(sound(), dead={"scorer.x.dead": 1}) == ["I5: scorer.x.dead is gone, with its dead letters"]


def test_what_somebody_replayed_may_run_again() -> None:
    facts = sound(histories={ORDER: ["queued", "failed", "running", "completed"]})
    assert violations(facts, reopened={ORDER}) == []
