"""Which of two brands is named first where an answer names both."""

import pytest

from answerlens_rates.intervals import wilson
from answerlens_rates.rates import head_to_head
from tests.unit.rates.tables import row, table

# by question: the place of the one, and of the other; None: not named
PLACES = [(1, 2), (1, 3), (2, 1), (1, 1), (1, None), (None, 1), (None, None)]
ONE = table([row(n, named=mine is not None, position=mine, others=(True,)) for n, (mine, _) in enumerate(PLACES)])
OTHER = table([row(n, named=its is not None, position=its, others=(True,)) for n, (_, its) in enumerate(PLACES)])


def test_it_is_of_the_answers_that_name_both_and_a_tie_is_neither_s() -> None:
    first, second = head_to_head(ONE, OTHER), head_to_head(OTHER, ONE)
    assert first is not None
    assert second is not None
    assert (first.k, first.n, second.k, second.n) == (2, 4, 1, 4)
    assert (first.low, first.high) == pytest.approx(tuple(wilson(0.5, 4)))
    assert (first.method, first.verdict) == ("wilson", "too_few")


def test_answers_that_are_not_ok_do_not_count() -> None:
    failed = [row(n, named=True, others=(True,), ok=False) for n in range(3)]
    assert head_to_head(table(failed), table(failed)) is None


def test_without_an_answer_that_names_both_there_is_none() -> None:
    alone, absent = table([row(1, named=True, others=(False,))]), table([row(1, others=(True,))])
    assert head_to_head(alone, absent) is None


def test_several_answers_to_a_question_are_not_taken_for_independent() -> None:
    one = table([row(n // 2, replicate=n % 2 + 1, named=True, position=1 + n % 3, others=(True,)) for n in range(80)])
    other = table([row(n // 2, replicate=n % 2 + 1, named=True, position=2, others=(True,)) for n in range(80)])
    rate = head_to_head(one, other)
    assert rate is not None
    assert rate.method == "bootstrap"
