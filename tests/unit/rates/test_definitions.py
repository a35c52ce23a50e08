"""What an answer adds to a rate, by the definitions that the rates are computed from."""

import pytest

from answerlens_rates.definitions import RATES, is_rate, parts_of
from answerlens_rates.outcomes import Outcome, Outcomes
from answerlens_rates.rates import compute_rates
from tests.unit.rates.tables import row, table

ROWS = [
    row(1, named=True, others=(True,), score=4, own=1, listed=2, cited=3)._replace(sentiment=1),
    row(2, named=True, others=(False,), score=2, position=2, told=False)._replace(sentiment=-1),
    row(3, others=(True,), score=None, cluster=1, cited=2),
    row(4, named=True, others=(False,), ok=False),
    row(5, named=True, others=(False,), branded=True, own=1, cited=1),
]
OUTCOMES = table(ROWS)


@pytest.mark.parametrize("rate", RATES)
def test_what_answers_add_is_what_the_rate_is_of(rate: str) -> None:
    computed, parts = compute_rates(OUTCOMES)[rate], parts_of(rate, OUTCOMES)
    assert parts is not None
    assert computed.rate == pytest.approx(parts.numerator.sum() / parts.denominator.sum())
    assert parts.denominator[3] == 0, "its answer is not ok"
    assert (parts.denominator[4] > 0) == (rate == "mention_rate[branded]")


def test_a_part_that_no_answer_belongs_to_is_a_rate_of_nothing() -> None:
    parts = parts_of("mention_rate[cluster=999]", OUTCOMES)
    assert parts is not None
    assert parts.denominator.sum() == 0


@pytest.mark.parametrize(
    "rate", ["", "mention", "mention_rate[cluster=01]", "mention_rate[score=]", "top3_rate[branded]"]
)
def test_there_is_no_such_rate(rate: str) -> None:
    assert not is_rate(rate)
    assert parts_of(rate, OUTCOMES) is None


def test_rows_are_read_back_from_the_columns_that_were_stored() -> None:
    rows = Outcome.rows_of(OUTCOMES.columns())
    assert [outcome._replace(competitors_named=tuple(outcome.competitors_named)) for outcome in rows] == ROWS


def test_rows_of_before_citations_and_sentiment_were_kept_told_their_citations() -> None:
    columns = {
        name: values for name, values in OUTCOMES.columns().items() if name not in {"citations_known", "sentiment"}
    }
    assert {(outcome.citations_known, outcome.sentiment) for outcome in Outcome.rows_of(columns)} == {(True, None)}
    assert Outcomes.from_columns(columns).citations_known.all()
