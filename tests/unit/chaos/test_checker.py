"""A checker that cannot fail proves nothing: each invariant is broken once, in facts made up for it."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from tests.chaos.checker import MOST_ASKS, MOST_CONNECTIONS, violations
from tests.chaos.facts import Facts, Queue, Renewal, Slot, Write
from tests.chaos.fates import Failure, Letter
from tests.chaos.private import PrivateCollection, PrivateFacts

ORDER, KEYWORD = "8c4f", "咖啡机"
NOTHING_FAILED: dict[str, Any] = {"letters": [], "failures": set(), "untold": set()}
FAILURE = Failure("score 咖啡机 2026-11-25 chat-a", "m2")


def slot(second: int, status: str = "fired", token: int = 1, leading: int = 1) -> Slot:
    return Slot("stalled", f"2026-11-25T10:00:{second:02d}Z", status, token, leading)


def led(*seconds: int, token: int = 1) -> list[Renewal]:
    """A lease that was renewed at these seconds of the slots' minute."""
    return [Renewal(token, dt.datetime(2026, 11, 25, 10, 0, second, tzinfo=dt.UTC).timestamp()) for second in seconds]


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
        "slots": [slot(0), slot(5), slot(10, "missed", 2, 2), slot(15, "missed", 2, 2), slot(20, token=2, leading=2)],
        "renewals": [*led(1, 4, 7), *led(20, 23, 26, token=2)],
        "queues": {
            "searcher.x": Queue(0, 0, 2),
            "searcher.x.retry.1": Queue(0, 0, 0),
            "scorer.x.dead": Queue(1, 0, 0),
        },
        "published": {"m1": "keyword.requested.express", "m2": "collection.scored.express", "m3": "stage.failed"},
        "consumed": {"m1", "m3"},
        "letters": [Letter("scorer.x.dead", FAILURE)],
        "failures": {FAILURE},
        "untold": {FAILURE},
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
        ({"steps": {("claim", "done", "failed")}}, "I1: a row of claim went from done to failed"),
        ({"steps": {("orders", "cancelled", "running")}}, "I1: a row of orders went from cancelled to running"),
        ({"orders": {}}, "I2: order 8c4f was accepted and is not in the database"),
        ({"announced": set()}, "I2: order 8c4f was accepted and no event about 咖啡机"),
        ({"answers": Counter({"咖啡机 q1 chat-a": 2})}, "I3: 2 answers are stored for 咖啡机 q1 chat-a"),
        ({"asks": Counter({"哪款好 of chat-a": MOST_ASKS + 1})}, "I3: 哪款好 of chat-a was asked 4 times"),
        ({"searches": Counter({KEYWORD: MOST_ASKS + 1})}, "I3: 咖啡机 was asked 4 times"),
        ({"histories": {f"{ORDER} on d": ["queued", "running"]}}, "I1: 8c4f on d ended nowhere: it is running"),
        ({"resumed": ["咖啡机 on d"]}, "I1: lost, and found again only by the stalled check: 咖啡机 on d"),
        ({"slots": [Slot("refresh", "d", "fired", 1, 1)] * 2}, "I4: slot d of refresh fired twice"),
        (
            {"slots": [Slot("refresh", "d", "fired", 2, 2), Slot("refresh", "e", "fired", 1, 1)]},
            "I4: slot e of refresh was fired by a leader that no longer led (token 1)",
        ),
        ({"slots": [slot(0, token=1, leading=2)]}, "I4: slot 2026-11-25T10:00:00Z of stalled was fired by a leader"),
        ({"slots": [slot(0), slot(10)]}, "I4: slot 2026-11-25T10:00:05Z of stalled was left out"),
        (
            {
                "slots": [slot(0), *(slot(second, "missed") for second in (5, 10, 15)), slot(20)],
                "renewals": led(1, 4, 7, 10, 13, 16, 19, 22),
            },
            "I4: 3 slots of stalled from 2026-11-25T10:00:05Z on were not fired though leader 1",
        ),
        (
            {"slots": [slot(0)], "renewals": led(0, 3, 6, 9, 12, 15, 18, 21)},
            "I4: 3 slots of stalled from 2026-11-25T10:00:05Z on were not fired though leader 1",
        ),
        ({"slots": [], "renewals": led(0, 5, 10, 15)}, "I4: 3 slots of stalled from 2026-11-25T10:00:00Z on"),
        ({"consumed": {"m3"}}, "I5: published, and neither consumed nor dead: keyword.requested.express m1"),
        ({"consumed": {"m1"}}, "I5: published, and neither consumed nor dead: stage.failed m3"),
        (
            {"letters": [], "failures": set(), "untold": set()},
            "I5: published, and neither consumed nor dead: collection.sc",
        ),
        ({"letters": []}, "I5: a failure without a dead letter: score 咖啡机 2026-11-25 chat-a by m2"),
        ({"failures": set()}, "I5: a dead letter in scorer.x.dead without a failure: score 咖啡机"),
        (
            {"failures": {Failure(FAILURE.work, "m9")}},
            "I5: a dead letter in scorer.x.dead without a failure: score 咖啡机 2026-11-25 chat-a by m2",
        ),
        ({"unfinished": ["ask 咖啡机 q1 waiting"]}, "I5: no message is left to go on with: ask 咖啡机 q1 waiting"),
        ({"unjudged": ["咖啡机 on d of chat-a"]}, "I5: nobody will judge the answers for 咖啡机 on d of chat-a"),
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
    assert violations(sound(), dead={"scorer.x.dead": 1}) == []
    assert violations(sound(), dead={}) == ["I5: 1 dead letters in scorer.x.dead, not 0"]
    assert violations(sound(), dead={"scorer.x.dead": 2}) == ["I5: 1 dead letters in scorer.x.dead, not 2"]
    gone = {"scorer.x.dead": 1, "bank-builder.x.dead": 1}
    assert violations(sound(), dead=gone) == ["I5: bank-builder.x.dead is gone, with its dead letters"]


@pytest.mark.parametrize(
    "changes",
    [
        # an admin's word is no leader's
        {"slots": [Slot("manual-refresh", "2026-11-25", "fired", 0, 7)]},
        # two slots in a row may be missed: a try fails with its connection
        {
            "slots": [slot(0), slot(5, "missed"), slot(10, "missed"), slot(15)],
            "renewals": led(0, 3, 6, 9, 12, 15, 18),
        },
        # who was stopped for a while led, and could do nothing
        {
            "slots": [slot(0), *(slot(second, "missed") for second in (5, 10, 15)), slot(20)],
            "renewals": led(1, 4, 12, 20, 23),
        },
        # nor was the one who led before there all the time
        {
            "slots": [slot(0), *(slot(second, "missed", 2, 2) for second in (5, 10, 15)), slot(20, token=2, leading=2)],
            "renewals": [*led(1, 4, 7, 10), *led(14, 17, 20, token=2)],
        },
        # a failure that somebody took up anew, or that an older result made good, needs no dead letter
        {"letters": [], "untold": set(), "consumed": {"m1", "m2", "m3"}},
        # an event that no service consumes
        {
            "published": {"m1": "measurement.ended"},
            "consumed": set(),
            "letters": [],
            "failures": set(),
            "untold": set(),
        },
        # a confirm that never came: the letter was published twice
        {"letters": [Letter("scorer.x.dead", FAILURE)] * 2},
    ],
)
def test_what_is_right_though_it_looks_odd(changes: dict[str, Any]) -> None:
    assert violations(sound(**changes)) == []


def test_what_somebody_replayed_may_run_again() -> None:
    facts = sound(histories={ORDER: ["queued", "failed", "running", "completed"]})
    assert violations(facts, reopened={ORDER}) == []


DIAGNOSIS = "d1"


def private(diagnosis: str = "completed", status: str = "scored", **changes: Any) -> PrivateFacts:
    """One diagnosis with its collection, at rest."""
    at = {"asked": 3, "questions": 3, "answers": 3, "total": 3, "given_up": False} | changes
    return PrivateFacts(
        accepted={DIAGNOSIS},
        diagnoses={DIAGNOSIS: diagnosis},
        histories={DIAGNOSIS: ["running", *([] if diagnosis == "running" else [diagnosis])]},
        collections=[PrivateCollection(id=7, diagnosis=DIAGNOSIS, status=status, **at)],
    )


@pytest.mark.parametrize(
    "facts",
    [
        private(),
        private("failed", "failed"),
        private("cancelled", "paused", answers=1),
        private("cancelled", "collected"),
        private("failed", "paused", answers=1),
        private("failed", "collected", given_up=True),
    ],
)
def test_nothing_is_said_of_private_work_that_has_ended(facts: PrivateFacts) -> None:
    assert violations(sound(private=facts)) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (PrivateFacts(accepted={DIAGNOSIS}), "I2: diagnosis d1 was accepted and is not in the database"),
        (PrivateFacts(diagnoses={DIAGNOSIS: "running"}), "I2: diagnosis d1 has no collection"),
        (PrivateFacts(histories={DIAGNOSIS: ["running", "cancelled", "running"]}), "I1: diagnosis d1 left a terminal"),
        (PrivateFacts(collections=private().collections), "I2: private collection 7 belongs to no diagnosis"),
        (private("running"), "I1: diagnosis d1 ended nowhere: it is running"),
        (private(status="collecting"), "I1: private collection 7 ended nowhere: it is collecting"),
        (private("cancelled", "collecting"), "I1: private collection 7 ended nowhere: it is collecting"),
        (private(status="paused"), "I1: private collection 7 ended nowhere: it is paused"),
        (private("completed", "paused"), "I1: private collection 7 ended nowhere: it is paused"),
        (private(status="collected"), "I1: private collection 7 ended nowhere: it is collected"),
        (private(questions=2), "I2: private collection 7 was opened with 3 questions and has 2"),
        (private(answers=2), "I2: private collection 7 is scored with 2 of 3 answers"),
        (PrivateFacts(unrated=["brand 1 of diagnosis d1"]), "I2: no rates are stored for brand 1 of diagnosis d1"),
        (
            PrivateFacts(waiting=["brand 2 of diagnosis d1"]),
            "I1: nothing will end the wait for brand 2 of diagnosis d1",
        ),
        (PrivateFacts(leaks=["question_bank"]), "I9: a private question was found in question_bank"),
    ],
)
def test_what_is_broken_of_private_work_is_said(facts: PrivateFacts, said: str) -> None:
    found = violations(sound(private=facts))
    assert any(line.startswith(said) for line in found), found
