"""How a diagnosis ends by how its collections stand, how far it is, and what may be asked."""

from itertools import pairwise
from typing import Any

import pytest

from answerlens_common.contracts.statuses import CollectionStatus, DiagnosisStatus, SubjectStatus
from answerlens_common.errors import RefusedError
from answerlens_orders.diagnoses.ending import NO_RATES, ending_of
from answerlens_orders.diagnoses.form import (
    MOST_BRANDS,
    MOST_CHARACTERS,
    MOST_QUESTIONS,
    DiagnosisForm,
    check,
    check_engines,
)
from answerlens_orders.diagnoses.read import progress_of
from answerlens_orders.diagnoses.store import Standing

ANALYSED = SubjectStatus.ANALYSED
FAILED = SubjectStatus.FAILED
PENDING = SubjectStatus.PENDING
FORM = DiagnosisForm(brands=["索尼", "Bose"], engines=["chat-a"], questions=["哪款好？"])


def stands(
    status: SubjectStatus = ANALYSED,
    ok: int = 10,
    *,
    total: int = 10,
    ended: int = 10,
    scored: int = 10,
    collection: CollectionStatus = CollectionStatus.SCORED,
) -> Standing:
    return Standing(1, "chat-a", collection, total, status, None, ended, ok, scored)


@pytest.mark.parametrize(
    ("standing", "status", "partial"),
    [
        ([stands()], "completed", False),
        ([stands(ok=9)], "completed", True),
        ([stands(ok=5)], "completed", True),
        ([stands(ok=4)], "failed", True),
        ([stands(), stands(FAILED, 0)], "completed", True),
        ([stands(), stands(FAILED, 10)], "completed", True),
        ([stands(ok=9), stands(FAILED, 0)], "failed", True),
        ([stands(ok=9), stands(FAILED, 1)], "completed", True),
        ([stands(FAILED, 10)], "failed", True),
    ],
)
def test_half_of_all_answers_and_one_engine_with_rates_complete_it(
    standing: list[Standing], status: str, *, partial: bool
) -> None:
    ending = ending_of(standing)
    assert (ending.status, ending.result["partial"]) == (DiagnosisStatus(status), partial)
    assert (ending.error is None) == (status == "completed")
    assert len(ending.result["engines"]) == len(standing)


def test_answers_that_could_not_be_analysed_are_not_called_too_few() -> None:
    assert ending_of([stands(FAILED, 10)]).error == NO_RATES
    assert "10" in (ending_of([stands(FAILED, 3)]).error or "")


def test_progress_never_goes_back_on_the_way_of_a_collection() -> None:
    asked = [stands(PENDING, 0, ended=n, scored=0, collection=CollectionStatus.COLLECTING) for n in range(11)]
    scored = [stands(PENDING, 8, scored=n, collection=CollectionStatus.COLLECTED) for n in range(9)]
    way = [*asked, *scored, stands(PENDING), stands()]
    percents = [progress_of([each, asked[0]]) for each in way]
    assert (percents[0], percents[-1]) == (0, 50)
    assert all(before <= after for before, after in pairwise(percents))
    assert progress_of([]) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"brands": []}, "brands"),
        ({"engines": []}, "engines"),
        ({"questions": []}, "questions"),
        ({"questions": ["好吗？", " "]}, "questions[1]"),
        ({"brands": ["索尼", "!"]}, "brands[1]"),
        ({"brands": ["Sony", "SONY"]}, "brands[1].name"),
        ({"brands": ["索尼", "So\0ny"]}, "brands[1]"),
        ({"brands": ["索" * 101]}, "brands[0]"),
        ({"brands": [f"牌{n}号" for n in range(MOST_BRANDS + 1)]}, "brands"),
        ({"engines": ["chat-a"] * 51}, "engines"),
        ({"questions": ["好吗？", "好\0吗？"]}, "questions[1]"),
        ({"questions": ["好" * (MOST_CHARACTERS + 1)]}, "questions[0]"),
        ({"questions": ["好吗？"] * (MOST_QUESTIONS + 1)}, "questions"),
        ({"priority": -1}, "priority"),
        ({"priority": 10}, "priority"),
        ({"priority": 99_999}, "priority"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check(DiagnosisForm(**{**vars(FORM), **changes}))
    assert [fault.field for fault in refused.value.fields] == [field]


def test_the_brands_are_those_of_the_form_in_their_order() -> None:
    assert [brand.name for brand in check(FORM).brands] == ["索尼", "Bose"]


def test_as_much_as_may_be_asked_is_asked() -> None:
    brands = [f"牌{n}号" for n in range(MOST_BRANDS)]
    questions = ["好" * MOST_CHARACTERS] * MOST_QUESTIONS
    checked = check(DiagnosisForm(brands, ["chat-a"], questions, priority=9))
    assert (len(checked.brands), checked.questions) == (MOST_BRANDS, questions)


def test_an_engine_that_does_not_run_here_is_refused_by_its_field() -> None:
    form = DiagnosisForm(["索尼"], ["chat-a", "chat-a", "chat-b"], ["好吗？"])
    check_engines(form, ["chat-b", "chat-a"])
    with pytest.raises(RefusedError) as refused:
        check_engines(form, ["chat-a"])
    assert [(fault.field, "those are chat-a" in fault.message) for fault in refused.value.fields] == [
        ("engines[2]", True)
    ]
