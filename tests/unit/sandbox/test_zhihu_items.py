import html
import itertools
import re
from typing import Any

from answerlens_sandbox.catalogue import field_for
from answerlens_sandbox.zhihu_items import PAGE, items, marked
from answerlens_sandbox.zhihu_questions import questions

FIELD = field_for(7, "蓝牙耳机")
ITEMS = items(7, FIELD)
RESULTS = [item for item in ITEMS if item["type"] == "search_result"]


def _title(thing: dict[str, Any]) -> str:
    question = thing.get("question", {})
    text = question.get("name") or question.get("title") or thing.get("title") or ""
    return html.unescape(re.sub(r"</?em>", "", html.unescape(str(text))))


def test_all_questions_are_found() -> None:
    found = {_title(item["object"]) for item in RESULTS if item["object"]["type"] != "article"}
    assert found == set(questions(7, FIELD))


def test_the_types_are_mixed() -> None:
    assert {item["type"] for item in ITEMS} == {"search_result", "relevant_query", "search_club", "knowledge_ad"}
    assert {item["object"]["type"] for item in RESULTS} == {"answer", "question", "article"}
    questions_of_answers = [item["object"]["question"] for item in RESULTS if item["object"]["type"] == "answer"]
    assert {"name" in question for question in questions_of_answers} == {True, False}


def test_highlight_takes_every_known_shape() -> None:
    shapes = {
        type(item["highlight"]).__name__ + type((item["highlight"] or {}).get("title")).__name__ for item in RESULTS
    }
    assert shapes == {"dictstr", "dictlist", "NoneTypeNoneType", "dictNoneType"}


def test_pages_repeat_some_items() -> None:
    keys = [item["id"] for item in ITEMS]
    assert len(set(keys)) < len(keys)
    pages = [set(keys[start : start + PAGE]) for start in range(0, len(keys), PAGE)]
    assert any(first & second for first, second in itertools.pairwise(pages))
    assert [item["index"] for item in ITEMS] == list(range(len(ITEMS)))


def test_marks_and_entities() -> None:
    seen = {marked('"好"的蓝牙耳机', "蓝牙耳机", each) for each in range(20)}
    assert seen == {"&quot;好&quot;的<em>蓝牙耳机</em>", "&amp;quot;好&amp;quot;的<em>蓝牙耳机</em>"}
    assert any("&amp;" in str(item) for item in RESULTS)


def test_items_are_deterministic() -> None:
    assert items(7, FIELD) == ITEMS
