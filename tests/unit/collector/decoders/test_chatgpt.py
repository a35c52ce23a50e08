import pytest

from answerlens_collector.decoders.chatgpt import ChatGptDecoder
from answerlens_collector.decoders.reply import Reply
from tests.unit.collector.decoders.site_streams import (
    CHATGPT,
    CHATGPT_BEGIN,
    CHATGPT_END,
    CHATGPT_TEXT,
    chatgpt_mark,
    delta,
    found,
    message,
    page,
)
from tests.unit.collector.decoders.streams import frame

REFERENCES = "/message/metadata/content_references"
GROUPS = "/message/metadata/search_result_groups"


def decode(stream: bytes) -> Reply:
    decoder = ChatGptDecoder()
    decoder.feed(stream)
    return decoder.reply()


def test_only_the_assistants_words_to_all_are_the_answer() -> None:
    reply = decode(CHATGPT)
    assert (reply.text, reply.is_whole, reply.search_ran) == ("可以看看索尼。", True, True)


def test_a_mark_names_a_result_of_the_search_by_its_key() -> None:
    reply = decode(CHATGPT)
    assert [(source.index, source.url, source.site) for source in reply.sources] == [
        (1, "https://pinglun.cn/a", "pinglun.cn"),
        (2, "https://shuma.cn/a", "shuma.cn"),
    ]
    assert (reply.cited, reply.citations_known) == ((2,), True)


def test_where_the_results_are_missing_the_references_say_what_is_cited() -> None:
    group = {
        "type": "grouped_webpages",
        "items": [page("a.cn", attribution="甲")],
        "supporting_websites": [page("b.cn")],
    }
    footnote = {"type": "sources", "sources": [page("a.cn"), page("c.cn")]}
    references = delta([group], REFERENCES, "append") + delta([footnote])
    reply = decode(CHATGPT_BEGIN + CHATGPT_TEXT + references + CHATGPT_END)
    assert [(source.url, source.index in reply.cited) for source in reply.sources] == [
        ("https://a.cn/a", True),
        ("https://b.cn/a", True),
        ("https://c.cn/a", False),
    ]
    assert reply.citations_known


def test_a_mark_that_nothing_resolves_leaves_citations_unknown() -> None:
    assert not decode(CHATGPT_BEGIN + CHATGPT_TEXT + CHATGPT_END).citations_known
    two = delta(chatgpt_mark("turn0search0") + chatgpt_mark("turn0search7"))
    results = delta([found("a.cn", 0)], GROUPS, "replace")
    assert not decode(CHATGPT_BEGIN + CHATGPT_TEXT + two + results + CHATGPT_END).citations_known


def test_patches_reach_into_lists() -> None:
    references = delta([{"type": "grouped_webpages", "items": []}], REFERENCES, "append") + delta(
        [{"p": f"{REFERENCES}/0/items/0", "o": "add", "v": page("a.cn")}], "", "patch"
    )
    reply = decode(CHATGPT_BEGIN + CHATGPT_TEXT + references + CHATGPT_END)
    assert [source.url for source in reply.sources] == ["https://a.cn/a"]


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://a.cn/x?utm_source=chatgpt.com", "https://a.cn/x"),
        ("https://a.cn/x?b=1&utm_source=chatgpt.com#t", "https://a.cn/x?b=1#t"),
        ("https://a.cn/x?utm_source=chatgpt.com&b=1", "https://a.cn/x?b=1"),
        ("https://a.cn/x?utm_source=other", "https://a.cn/x?utm_source=other"),
        (None, ""),
    ],
)
def test_what_the_site_adds_to_an_address_is_taken_off(url: object, plain: str) -> None:
    group = {"type": "grouped_webpages", "items": [{"url": url, "title": "题"}]}
    reply = decode(CHATGPT_BEGIN + CHATGPT_TEXT + delta([group], REFERENCES, "replace") + CHATGPT_END)
    assert [source.url for source in reply.sources] == [plain]


def test_an_answer_in_two_messages_is_joined() -> None:
    more = message(5, "assistant", "all", "text", "再看漫步者。")
    assert decode(CHATGPT_BEGIN + CHATGPT_TEXT + more + CHATGPT_END).text == "可以看看索尼。\n\n再看漫步者。"


def test_an_answer_without_search_says_so() -> None:
    start = message(1, "assistant", "all", "text", "蓝牙是一种无线技术。")
    reply = decode(start + CHATGPT_END)
    assert (reply.text, reply.search_ran, reply.citations_known) == ("蓝牙是一种无线技术。", False, True)


@pytest.mark.parametrize(
    "junk",
    [
        frame({"type": "title_generation", "title": "x"}),
        frame({"v": "x"}, "an_event_of_tomorrow"),
        delta("x", "/message/nothing/0/here", "append") + delta("", "/message/content/parts/0", "append"),
        b"event: delta\ndata: 7\n\n",
    ],
)
def test_malformed_and_unknown_events_change_nothing(junk: bytes) -> None:
    assert decode(CHATGPT_BEGIN + junk + CHATGPT.removeprefix(CHATGPT_BEGIN)) == decode(CHATGPT)
