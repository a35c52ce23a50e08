from urllib.parse import quote

import pytest
from starlette.requests import Request

from answerlens_sandbox.llm_tasks import bank_questions
from answerlens_sandbox.occasion import HEADER, KEYWORD_HEADER, keyword_of, occasion_of
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


def test_an_address_that_was_not_filled_in_tells_no_keyword() -> None:
    for value in ("", "%7Bkeyword%7D"):
        assert not keyword_of(Request({"type": "http", "headers": [(KEYWORD_HEADER.encode(), value.encode())]}))


@pytest.mark.fault("F54")
@pytest.mark.parametrize("keyword", ["蓝牙耳机", "登山包"])
def test_what_others_search_for_changes_no_answer_for_a_keyword(state: Outside, keyword: str) -> None:
    """A longer keyword that a question holds too is not what it is asked for."""
    request = Request({"type": "http", "headers": [(KEYWORD_HEADER.encode(), quote(keyword).encode())]})
    state.world.learn(keyword)
    question = f"{keyword}推荐，哪款值得买？"

    def all_of_it() -> tuple[object, ...]:
        written = bank_questions(state.world, {"keyword": keyword, "intent": "品牌推荐", "count": 5})
        given = state.next_answer("chat-a", question, "2026-01-31/1", keyword_of(request))
        return state.world.learn(keyword), written, given.answer

    before = all_of_it()
    for other in (f"{keyword}推荐", f"{keyword[0]} {keyword[1:]}", keyword[-2:]):
        state.world.learn(other)
    assert all_of_it() == before
    assert state.next_answer("chat-a", question, "2026-01-31/1").answer != before[-1]
