"""Deliveries that come twice, in any order, and to processes that die: the stages and their claims stand it."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.unreliable import Unreliable

QUICK = settings(
    max_examples=4,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.fault("F19")
@pytest.mark.fault("F20")
def test_whatever_at_least_once_allows_each_order_ends_once(postgres_url: str) -> None:
    machine = type("OnThisDatabase", (Unreliable,), {"postgres_url": postgres_url})
    run_state_machine_as_test(machine, settings=QUICK)
