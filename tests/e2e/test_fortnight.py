"""Fourteen days end to end: day 8 brings a change and a new bank. `benchmarks/fortnight.py` has the full size."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from scipy.stats import binom

from answerlens_cli.stack.stack import Stack
from tests.e2e.client import Client
from tests.e2e.fortnight import DAYS, MOVED, PLANTED_DAY, WINDOW, measure

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(3600)]

# Enough in a cluster for it to be compared: families of nine comparisons. That they are corrected for one another is
# seen where there are more worlds: test_a_planted_change_is_flagged_and_quiet_weeks_are_not.
CLUSTERS = 8
QUESTIONS_PER_CLUSTER = 8
BRANDS = 10
BEFORE, AFTER = 0.2, 0.45
# On which the days pooled are the 2nd against the 1st, 4 to 6 against 1 to 3, and 8 to 14 against 1 to 7: contrasts
# that are orthogonal, so that what one says falsely makes no other more likely to.
INDEPENDENT_DAYS = (2, 6, DAYS)
# Of the families in which nothing changed, those with any false flag: Benjamini and Hochberg's promise.
LEVEL = 0.05


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A stack with banks of 64 questions."""
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


def test_a_change_planted_on_day_8_is_told_on_its_engine_and_as_good_as_nothing_elsewhere(small: Client) -> None:
    found = measure(small, "空气净化器", brands=BRANDS, before=BEFORE, after=AFTER)
    # the change comes with a new bank: what is compared across it is the questions that both have
    assert found.banks == [1] * (PLANTED_DAY - 1) + [2] * (DAYS - PLANTED_DAY + 1)
    weekly = {each.day: each for each in found.of_planted() if (each.rate, each.kind) == ("mention_rate", WINDOW)}
    assert len(weekly) == DAYS - 1
    # of a cluster's questions those that still belong to it stay
    assert all(each.n >= CLUSTERS * 3 for each in weekly.values())
    assert weekly[DAYS].says == "up"
    assert {day: each.says for day, each in weekly.items() if day < PLANTED_DAY and each.says in MOVED} == {}

    families = defaultdict(list)
    for each in found.elsewhere():
        if each.kind == WINDOW and each.day in INDEPENDENT_DAYS:
            families[each.day, each.brand, each.engine].append(each)
    able = [[each for each in family if each.says != "too_few"] for family in families.values()]
    assert len(families) == (2 * BRANDS - 1) * len(INDEPENDENT_DAYS)
    assert sum(map(len, able)) >= 6 * len(families)
    false = [each for family in able for each in family if each.says in MOVED]
    flagged = sum(any(each.says in MOVED for each in family) for family in able)
    assert flagged <= binom.isf(0.001, len(families), LEVEL), false
