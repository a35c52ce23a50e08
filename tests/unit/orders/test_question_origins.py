"""What a report says of where its questions come from."""

import datetime as dt

import pytest

from answerlens_orders.reports.day import BankRow
from answerlens_orders.reports.question_origins import origin_notes, question_sources


def bank(origins: dict[str, int]) -> BankRow:
    return BankRow(stale=False, built_date=dt.date(2026, 1, 1), notes=[], intents=None, origins=origins)


@pytest.mark.parametrize("rows", [None, bank({})])
def test_what_was_not_kept_is_not_said(rows: BankRow | None) -> None:
    assert question_sources(rows) is None
    assert list(origin_notes(question_sources(rows))) == []


def test_all_but_the_models_questions_were_asked_by_people() -> None:
    found = question_sources(bank({"model": 20, "list": 5, "zhihu_page": 40}))
    assert found is not None
    assert (found.asked, found.of) == (45, 65)
    assert list(found.origins) == ["zhihu_page", "list", "model"]
    (note,) = origin_notes(found)
    assert "65 个，其中 45 个" in note
    assert "20 were proposed by the language model (synthetic)" in note


def test_real_questions_need_no_note() -> None:
    assert list(origin_notes(question_sources(bank({"zhihu_api": 60})))) == []
