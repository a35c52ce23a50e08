import pytest
from starlette.requests import Request

from answerlens_sandbox.occasion import HEADER, occasion_of
from answerlens_sandbox.outside import Outside

QUESTION = "蓝牙耳机推荐"


def asked(value: str) -> Request:
    return Request({"type": "http", "headers": [(HEADER.encode(), value.encode())]})


@pytest.mark.parametrize("value", ["2026-01-31/1", "2026-12-01/5"])
def test_a_day_and_the_number_of_the_ask_are_an_occasion(value: str) -> None:
    assert occasion_of(asked(value)) == value


@pytest.mark.parametrize("value", ["", "2026-02-31/1", "2026-01-31", "2026-01-31/0", "{date}/{replicate}", "today/1"])
def test_anything_else_is_none(value: str) -> None:
    assert occasion_of(asked(value)) is None


def test_an_answer_of_an_occasion_is_the_same_whatever_was_asked_before(state: Outside) -> None:
    first = state.next_answer("chat-a", QUESTION, "2026-01-31/1")
    others = {state.next_answer("chat-a", QUESTION, f"2026-01-{day:02}/1").answer.text for day in range(1, 9)}
    again = state.next_answer("chat-a", QUESTION, "2026-01-31/1")
    assert (again.answer, again.key) == (first.answer, first.key)
    assert (first.nth, again.nth) == (1, 10)
    assert len(others) > 4


def test_without_an_occasion_every_ask_is_a_draw_of_its_own(state: Outside) -> None:
    assert len({state.next_answer("chat-a", QUESTION).answer.text for _ in range(8)}) > 4
