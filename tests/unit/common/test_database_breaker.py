"""The breaker of each process, without a database."""

import time

import pytest

from answerlens_common.db.breaker import THRESHOLD, DatabaseBreaker


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def fail(breaker: DatabaseBreaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_after_failures_in_a_row_and_tries_again_after_its_time(clock: list[float]) -> None:
    breaker = DatabaseBreaker()
    fail(breaker, THRESHOLD - 1)
    breaker.succeeded()
    fail(breaker, THRESHOLD - 1)
    assert (breaker.state, breaker.recovered) == ("closed", False)
    fail(breaker, 1)
    assert (breaker.state, breaker.seconds_left) == ("open", 10)
    clock[0] += 4
    fail(breaker, 3)  # what was in hand does not prolong it
    assert breaker.seconds_left == 6
    clock[0] += 6
    assert breaker.state == "half-open"
    fail(breaker, 1)
    assert (breaker.state, breaker.seconds_left) == ("open", 10)
    clock[0] += 11
    breaker.succeeded()
    assert (breaker.state, breaker.failure_count, breaker.recovered) == ("closed", 0, True)


def test_a_success_of_what_is_in_hand_closes_it(clock: list[float]) -> None:
    breaker = DatabaseBreaker()
    fail(breaker, THRESHOLD)
    clock[0] += 1
    breaker.succeeded()
    assert breaker.state == "closed"
