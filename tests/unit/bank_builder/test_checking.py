import numpy as np

from answerlens_bank_builder.checking import UNKNOWN, checked
from answerlens_bank_builder.clustering import LEFT_OVER, Labels
from answerlens_bank_builder.space import Points

HERE, THERE = 0, 1
LABELS: Labels = np.repeat([HERE, THERE], 8)


def points() -> Points:
    """Eight questions in one place and eight in another, none quite where another is."""
    places = np.repeat([[0.0, 0.0], [1.0, 0.0]], 8, axis=0)
    return places + np.random.default_rng(3).normal(scale=0.05, size=places.shape)


def test_right_labels_stay() -> None:
    assert np.array_equal(checked(points(), LABELS), LABELS)


def test_a_label_that_the_company_of_a_question_contradicts_is_mended() -> None:
    wrong = LABELS.copy()
    wrong[[2, 12]] = THERE, HERE
    assert np.array_equal(checked(points(), wrong), LABELS)


def test_what_the_model_left_out_is_filled_in() -> None:
    partly = LABELS.copy()
    partly[[0, 5, 9]] = UNKNOWN
    assert np.array_equal(checked(points(), partly), LABELS)


def test_what_nothing_is_near_stays_left_out() -> None:
    labels = np.array([*LABELS, UNKNOWN, LEFT_OVER])
    between = np.concatenate([points(), [[0.5, 0.0], [0.5, 9.0]]])
    between[[0, 8]] = [0.45, 0.0], [0.56, 0.0]
    assert checked(between, labels)[-1] == LEFT_OVER


def test_without_any_label_all_is_left_over() -> None:
    nothing: Labels = np.full(4, UNKNOWN)
    assert checked(np.zeros((4, 2)), nothing).tolist() == [LEFT_OVER] * 4
