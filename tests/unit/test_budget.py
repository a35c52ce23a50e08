import time

import pytest

from tests.support.budget import within_budget


def work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_test_that_takes_too_much_of_the_processor_fails(request: pytest.FixtureRequest) -> None:
    with pytest.raises(pytest.fail.Exception, match="of the processor"), within_budget(request.node, most=0.05):
        work(0.1)


def test_who_waits_takes_nothing(request: pytest.FixtureRequest) -> None:
    with within_budget(request.node, most=0.05):
        time.sleep(0.1)


@pytest.mark.long
def test_a_long_test_may(request: pytest.FixtureRequest) -> None:
    with within_budget(request.node, most=0.05):
        work(0.1)
