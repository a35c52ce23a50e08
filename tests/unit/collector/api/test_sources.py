from typing import Any

import pytest

from answerlens_collection.answers.answer import Link
from answerlens_collector.engines.api.profile import Reply
from answerlens_collector.engines.api.sources import cite

A, B = "https://a.example.com/1", "https://b.example.com/2?x=1"


def link(url: str, *, cited: bool) -> Link:
    return Link(url, "", "", cited=cited)


def reply(**more: Any) -> Reply:
    return Reply.model_validate({"text": "text", **more})


NUMBERED = reply(listed={"each": "found"}, marks=["[{n}]"])
LINKED = reply(cited={"each": "cited"}, marks=["({link})"], drop_parameters=["utm_source"])
FOUND = {"found": [{"url": A}, {"url": B}]}


@pytest.mark.parametrize(
    ("text", "clean", "cited"),
    [
        ("好[1]。", "好。", [A]),
        ("好 [2]，贵[1, 2]。", "好，贵。", [A, B]),
        ("好[1，2]", "好", [A, B]),
        ("好", "好", []),
    ],
)
def test_marks_by_number_name_what_is_listed(text: str, clean: str, cited: list[str]) -> None:
    found = cite(NUMBERED, FOUND, text)
    assert (found.text, found.known) == (clean, True)
    assert found.links == (link(A, cited=A in cited), link(B, cited=B in cited))


@pytest.mark.parametrize("text", ["好[3]。", "好[0]", "x[1, 9]"])
def test_a_mark_that_names_nothing_stays_and_nothing_is_known(text: str) -> None:
    found = cite(NUMBERED, FOUND, text)
    assert (found.text, found.known) == (text, False)


def test_what_looks_like_a_mark_without_sources_is_text_of_which_nothing_is_known() -> None:
    assert cite(NUMBERED, {}, "列表 a[1]").text == "列表 a[1]"
    assert not cite(NUMBERED, {}, "列表 a[1]").known
    assert cite(NUMBERED, {}, "没有").known


def test_sources_may_be_addresses_alone_and_have_numbers_of_their_own() -> None:
    plain = reply(listed={"each": "found", "url": "@"}, marks=["[{n}]"])
    assert cite(plain, {"found": [A, B]}, "好[2]").links == (link(A, cited=False), link(B, cited=True))
    own = reply(listed={"each": "found", "number": "index"}, marks=["[{n}]"])
    document = {"found": [{"url": A, "index": 7}, {"url": B, "index": "8"}]}
    assert cite(own, document, "好[8]").links == (link(A, cited=False), link(B, cited=True))


def test_links_to_what_is_cited_are_marks_and_others_are_text() -> None:
    document = {"cited": [{"url": f"{A}?utm_source=o"}, {"url": f"{B}&utm_source=o"}]}
    text = f"好 ([a]({A}?utm_source=o), [b]({B}&utm_source=o))，见([c](https://c.example.com))和[a]({A})。"
    found = cite(LINKED, document, text)
    assert found.text == f"好，见([c](https://c.example.com))和[a]({A})。"
    assert (found.links, found.known) == ((link(A, cited=True), link(B, cited=True)), True)


def test_what_is_cited_beside_the_list_comes_last_and_each_page_once() -> None:
    both = reply(listed={"each": "found"}, cited={"each": "cited"})
    document = {
        **FOUND,
        "cited": [{"url": f"{B}#part"}, {"url": "https://c.example.com/"}, {"url": "https://c.example.com"}],
    }
    found = cite(both, document, "好")
    assert found.links == (link(A, cited=False), link(B, cited=True), link("https://c.example.com/", cited=True))


@pytest.mark.parametrize("found", [None, 7, "x", [7, None, {}, {"url": 7}], {"url": A}])
def test_a_list_of_another_shape_is_no_list(found: object) -> None:
    assert cite(NUMBERED, {"found": found}, "好").links == ()


def test_only_addresses_of_the_web_are_kept() -> None:
    urls = ["javascript:alert(1)", "ftp://a", "http://[", "", " https://a.example.com/1 "]
    assert cite(NUMBERED, {"found": [{"url": url} for url in urls]}, "好").links == (
        link("", cited=False),
        link(A, cited=False),
    )


def test_nothing_is_known_where_the_file_does_not_say() -> None:
    found = cite(reply(listed={"each": "found"}), FOUND, "好[1]")
    assert (found.text, found.known, len(found.links)) == ("好[1]", False, 2)


def test_marks_of_any_text_are_looked_for_in_time() -> None:
    hostile = "[" * 20_000 + "([a](https://" * 5_000 + "[1, 1, " * 5_000
    assert cite(LINKED, {}, hostile).text == hostile.strip()
    assert cite(NUMBERED, FOUND, hostile).text == hostile.strip()
