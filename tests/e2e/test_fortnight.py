"""Fourteen days end to end: day 8 brings a change and a new bank. `benchmarks/fortnight.py` has the full size."""

from collections.abc import Iterator

import pytest
from scipy.stats import binom

from answerlens_cli.stack.stack import Stack
from tests.e2e.client import Client
from tests.e2e.fortnight import DAYS, MOVED, PLANTED_DAY, WINDOW, measure

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(1800)]

# Too few for a verdict from day to day, which needs 30; what is told is told by the days pooled.
CLUSTERS, QUESTIONS_PER_CLUSTER, BRANDS = 4, 3, 3


@pytest.fixture
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A stack with banks of 12 questions."""
    overrides = {
        "ANSWERLENS_CLUSTERS": str(CLUSTERS),
        "ANSWERLENS_QUESTIONS_PER_CLUSTER": str(QUESTIONS_PER_CLUSTER),
        "ANSWERLENS_RETRY_DELAYS": "[1,2]",
    }
    stack = Stack(tmp_path_factory.mktemp("fortnight") / "run", overrides, sandbox=True, seed=7, tied=True)
    try:
        with Client(stack.up()) as client:
            client.world(answer_seconds=0.02)
            yield client
    finally:
        stack.down()


def test_a_change_planted_on_day_8_is_told_on_its_engine_and_hardly_anything_elsewhere(tiny: Client) -> None:
    found = measure(tiny, "空气净化器", brands=BRANDS, before=0.1, after=0.85)
    of_planted = {
        each.day: each.says for each in found.of_planted() if (each.rate, each.kind) == ("mention_rate", WINDOW)
    }
    assert len(of_planted) == DAYS - 1
    # the change comes with a new bank: what is compared across it is the questions that both have
    assert found.banks == [1] * (PLANTED_DAY - 1) + [2] * (DAYS - PLANTED_DAY + 1)
    assert all(
        each.n >= CLUSTERS * 2 for each in found.of_planted() if (each.rate, each.kind) == ("mention_rate", WINDOW)
    )
    assert of_planted[DAYS] == "up"
    assert MOVED.isdisjoint(says for day, says in of_planted.items() if day < PLANTED_DAY)
    elsewhere = [each for each in found.elsewhere() if each.says != "too_few"]
    assert len(elsewhere) >= (2 * BRANDS - 1) * (DAYS - 1)
    false = [each for each in elsewhere if each.says in MOVED]
    # one comparison of a family is false at a level of 5 % where nothing changed; the windows of adjacent days share
    # answers, so the bound is for a seventh of the comparisons, each counted seven times
    assert len(false) <= 7 * binom.isf(0.001, len(elsewhere) // 7, 0.05), false
