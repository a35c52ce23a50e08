from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_searcher.questions import clean, distinct, from_search
from answerlens_searcher.source import ChangedShapeError, SourceQuestion


def result(kind: str, **thing: Any) -> dict[str, Any]:
    return {"type": "search_result", "id": "1", "highlight": None, "object": {"type": kind, **thing}}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<em>蓝牙耳机</em>怎么选？", "蓝牙耳机怎么选？"),
        ("蓝牙耳机 &amp; 有线", "蓝牙耳机 & 有线"),
        ("&amp;lt;em&amp;gt;耳机", "<em>耳机"),
        ("A&amp;amp;B 耳机&amp;quot;好&amp;quot;吗", 'A&B 耳机"好"吗'),
        ("&lt;em&gt;蓝牙&lt;/em&gt;耳机", "蓝牙耳机"),
        ("  蓝牙\n 耳机 ", "蓝牙 耳机"),
        ("价格 <300 还是 >500", "价格 <300 还是 >500"),
    ],
)
def test_titles_as_a_reader_sees_them(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.case("z1")
@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("C++ 里 vector&lt;int&gt; 和数组哪个快？", "C++ 里 vector<int> 和数组哪个快？"),
        ("C++ 里 vector&amp;lt;int&amp;gt; 和数组", "C++ 里 vector<int> 和数组"),
        ("Java 的 List<String> 怎么用", "Java 的 List<String> 怎么用"),
        ("HTML 里 &lt;em&gt; 和 &lt;strong&gt; 有什么区别？", "HTML 里 <em> 和 <strong> 有什么区别？"),
        ("<em>HTML</em> 的 &lt;div&gt; 怎么居中？", "HTML 的 <div> 怎么居中？"),
        ("<em class='hl'>蓝牙</em><em>耳机</em>", "蓝牙耳机"),
        ("蓝牙\u200b耳机\u2060怎么选\ufeff？", "蓝牙耳机怎么选？"),
        ("蓝牙&#8203;耳机&zwnj;推荐", "蓝牙耳机推荐"),
        ("蓝牙\ufe0f耳机\u034f推荐\u180b", "蓝牙耳机推荐"),
    ],
)
def test_a_title_keeps_what_looks_like_markup_and_loses_what_is_invisible(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_questions_behind_answers_and_questions_only() -> None:
    items = [
        result("answer", id="9", question={"id": 11, "name": "<em>耳机</em>哪个好"}),
        result("answer", id="8", question={"id": "12", "title": "耳机值得买吗"}),
        result("question", id="13", title="耳机怎么戴"),
        result("question", id="14") | {"highlight": {"title": ["耳机", "怎么洗"]}},
        result("question", id="15") | {"highlight": {"title": "耳机怎么修"}},
        result("article", id="16", title="耳机选购指南"),
        result("people", id="17"),
        {"type": "knowledge_ad", "object": {"body": {}}},
        {"type": "relevant_query", "query_list": []},
    ]
    found = from_search(items)
    assert [(question.question_id, question.text) for question in found] == [
        ("11", "耳机哪个好"),
        ("12", "耳机值得买吗"),
        ("13", "耳机怎么戴"),
        ("14", "耳机怎么洗"),
        ("15", "耳机怎么修"),
    ]
    assert found[0].url == "https://www.zhihu.com/question/11"


@pytest.mark.parametrize(
    "items",
    [
        ["text"],
        [{"id": "1"}],
        [{"type": "search_result", "payload": {}}],
        [result("hologram", id="1", title="耳机怎么选")],
        [result("answer", id="1", question={"title": "没有编号"}), result("question", id="2")],
    ],
)
def test_results_that_cannot_be_read_are_a_changed_shape(items: list[Any]) -> None:
    with pytest.raises(ChangedShapeError):
        from_search(items)


def test_results_without_a_question_are_not_a_changed_shape() -> None:
    assert from_search([result("article", id="1", title="指南")]) == []


def question(text: str, number: str) -> SourceQuestion:
    return SourceQuestion(text, number, f"https://www.zhihu.com/question/{number}", QuestionOrigin.ZHIHU_PAGE)


def test_near_identical_questions_are_one_and_the_first_stays() -> None:
    found = distinct(
        [
            question("蓝牙耳机哪个牌子好？", "1"),
            question("请问蓝牙耳机，哪个牌子好呢", "2"),
            question("蓝牙耳机的哪个牌子好啊？？", "3"),
            question("SONY 耳机好吗", "4"),
            question("Ｓｏｎｙ耳机好", "5"),
            question("蓝牙耳机哪个牌子好？", "1"),
            question("蓝牙耳机哪个牌子差？", "6"),
            question("？？？", "7"),
            question("长" * 201, "8"),
        ]
    )
    assert [each.question_id for each in found] == ["1", "4", "6"]


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 5)), max_size=12))
def test_merging_again_changes_nothing(raw: list[tuple[str, int]]) -> None:
    once = distinct([question(text, str(number)) for text, number in raw])
    assert distinct(once) == once
    assert len({each.question_id for each in once}) == len(once)
