import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerlens_orders.measurements.progress import completed, progress_of
from answerlens_orders.measurements.progress_counts import EngineCounts

NOTHING = EngineCounts(
    order_id=UUID(int=1),
    date=dt.date(2026, 1, 2),
    engine="chat-a",
    status="pending",
    searched=False,
    bank_ready=False,
    bank_total=200,
    questions=0,
    bank_seconds=None,
    run_status=None,
    run_total=0,
    answers=0,
    ok=0,
    scores=0,
    collect_seconds=None,
    score_seconds=None,
)
SEARCHED = replace(NOTHING, searched=True)
BUILDING = replace(SEARCHED, questions=50, bank_seconds=10.0)
BUILT = replace(SEARCHED, bank_ready=True, questions=200, run_total=200)
COLLECTING = replace(BUILT, run_status="collecting", answers=50, ok=45, collect_seconds=100.0)
COLLECTED = replace(COLLECTING, run_status="collected", answers=200, ok=160, score_seconds=0.0)
SCORING = replace(COLLECTED, scores=40, score_seconds=5.0)
SCORED = replace(SCORING, run_status="scored", scores=160)
ANALYSED = replace(SCORED, status="analysed")
B = "chat-b"


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        (NOTHING, ("search", 0, 1, 0, None)),
        (SEARCHED, ("bank", 0, 200, 5, None)),
        (BUILDING, ("bank", 50, 200, 7, 30)),
        (BUILT, ("collect", 0, 200, 15, None)),
        (COLLECTING, ("collect", 50, 200, 32, 300)),
        (replace(COLLECTING, run_status="paused"), ("collect", 50, 200, 32, 300)),
        (COLLECTED, ("score", 0, 160, 85, None)),
        (SCORING, ("score", 40, 160, 88, 15)),
        (SCORED, ("analyse", 0, 1, 97, None)),
        # an answer that could not be scored keeps nothing back
        (replace(SCORED, scores=159), ("analyse", 0, 1, 97, None)),
        (replace(ANALYSED, scores=159), ("analyse", 1, 1, 100, None)),
        (replace(COLLECTING, status="failed", run_status="failed"), ("collect", 50, 200, 32, None)),
        (replace(SEARCHED, status="cancelled"), ("bank", 0, 200, 5, None)),
    ],
)
def test_one_engine(facts: EngineCounts, shown: tuple[str, int, int, int, int | None]) -> None:
    found = progress_of([facts])
    assert (found.stage, found.done, found.total, found.progress, found.eta_seconds) == shown


def test_the_earliest_stage_of_an_unfinished_engine_is_shown_and_counts_them_all() -> None:
    found = progress_of([SCORING, replace(COLLECTING, engine=B)])
    assert (found.stage, found.done, found.total, found.progress) == ("collect", 250, 400, 60)
    assert found.eta_seconds == 300


def test_an_engine_that_failed_does_not_hold_the_others_back() -> None:
    failed = replace(COLLECTING, status="failed", run_status="failed")
    found = progress_of([failed, replace(SCORING, engine=B)])
    assert (found.stage, found.done, found.total) == ("score", 45 + 40, 45 + 160)


def test_one_search_and_one_bank_serve_all_engines() -> None:
    found = progress_of([BUILDING, replace(BUILDING, engine=B)])
    assert (found.done, found.total, found.eta_seconds) == (50, 200, 30)


def test_the_time_left_is_that_of_the_slowest_and_unknown_when_one_is() -> None:
    slow = replace(COLLECTING, engine=B, answers=10)
    assert progress_of([COLLECTING, slow]).eta_seconds == 1900
    assert progress_of([COLLECTING, replace(slow, answers=0)]).eta_seconds is None


def test_what_is_completed_is_at_100() -> None:
    assert completed(2).model_dump() == {"stage": None, "done": 2, "total": 2, "progress": 100, "eta_seconds": None}


def life(questions: int, ok: int) -> list[EngineCounts]:
    """Every state an engine passes through."""
    bank = [replace(BUILDING, questions=n) for n in range(0, 201, 25)]
    run = replace(BUILT, run_status="collecting", run_total=questions, collect_seconds=1.0)
    answers = [replace(run, answers=n, ok=min(n, ok)) for n in range(questions + 1)]
    scoring = replace(answers[-1], run_status="collected", score_seconds=1.0)
    scores = [replace(scoring, scores=n) for n in range(ok + 1)]
    scored = replace(scores[-1], run_status="scored")
    return [NOTHING, SEARCHED, *bank, BUILT, *answers, *scores, scored, replace(scored, status="analysed")]


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_it_never_goes_backwards(data: st.DataObject) -> None:
    lives = []
    for engine in ("chat-a", B):
        questions = data.draw(st.integers(1, 12))
        lives.append([replace(facts, engine=engine) for facts in life(questions, data.draw(st.integers(0, questions)))])
    place = [0, 0]
    before = 0
    while any(place[n] < len(lives[n]) - 1 for n in (0, 1)):
        n = data.draw(st.sampled_from([n for n in (0, 1) if place[n] < len(lives[n]) - 1]))
        place[n] += 1
        now = [lives[0][place[0]], lives[1][place[1]]]
        if all(facts.status == "analysed" for facts in now):
            break
        found = progress_of(now)
        assert found.progress is not None
        assert before <= found.progress < 100
        assert 0 <= found.done <= found.total
        before = found.progress
