import pytest

from answerlens_collector.decoders.deepseek import DeepSeekDecoder
from answerlens_collector.decoders.reply import Reply
from tests.unit.collector.decoders.streams import (
    END,
    NEW_GENERATION,
    NO_SEARCH,
    OLD_GENERATION,
    READY,
    TOOL_SEARCH,
    frame,
)


def decode(stream: bytes) -> Reply:
    decoder = DeepSeekDecoder()
    decoder.feed(stream)
    return decoder.reply()


@pytest.mark.parametrize(("stream", "queries"), [(OLD_GENERATION, ()), (NEW_GENERATION, ("蓝牙耳机 推荐",))])
def test_both_generations_give_the_same_answer(stream: bytes, queries: tuple[str, ...]) -> None:
    reply = decode(stream)
    assert reply.text == "可以看看索尼。也可以看漫步者。"
    assert reply.reasoning in {"用户想买耳机", "先想一想"}
    assert [(source.index, source.site) for source in reply.sources] == [(1, "pinglun"), (2, "shuma")]
    assert reply.cited == (2,)
    assert reply.queries == queries
    assert reply.search_ran is True
    assert (reply.finished, reply.finish_reason, reply.failure) == (True, "FINISHED", None)


def test_an_answer_without_search_is_whole_and_says_so() -> None:
    reply = decode(NO_SEARCH)
    assert reply.text == "蓝牙是一种无线技术。"
    assert (reply.search_ran, reply.sources, reply.cited) == (False, (), ())


def test_words_right_after_a_fragment_go_on_in_it() -> None:
    stream = (
        frame({"v": {"response": {"fragments": [{"type": "THINK", "content": "想"}]}}})
        + frame({"p": "response/fragments", "o": "APPEND", "v": [{"type": "RESPONSE", "content": "答"}]})
        + frame({"v": "案"})
        + frame({"p": "response/fragments/-1/content", "v": "是"})
    )
    reply = decode(stream)
    assert (reply.text, reply.reasoning) == ("答案是", "想")


def test_a_stream_that_dies_is_unfinished() -> None:
    reply = decode(NEW_GENERATION[: NEW_GENERATION.index(b'"quasi_status"')])
    assert reply.text == "可以看看索尼。也可以看漫步者。"
    assert (reply.finished, reply.finish_reason) == (False, None)
    early = decode(READY)
    assert (early.finished, early.search_ran, early.text) == (False, None, "")


def test_a_stream_closed_after_quasi_status_is_finished() -> None:
    quasi = frame({"p": "response", "o": "BATCH", "v": [{"p": "quasi_status", "v": "FINISHED"}]})
    start = frame({"v": {"response": {"fragments": [{"type": "RESPONSE", "content": "好"}]}}})
    assert not decode(start + quasi).finished
    assert decode(start + quasi + frame({}, "close")).finished


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"type": "error", "content": "你发送消息的频率过快", "finish_reason": "rate_limit_reached"}, "rate_limited"),
        ({"type": "error", "content": "Messages too frequent. Try again later."}, "rate_limited"),
        ({"type": "error", "content": "boom"}, "failed"),
    ],
)
def test_errors_in_the_stream(error: dict[str, str], failure: str) -> None:
    assert decode(READY + frame(error, "hint")).failure == failure


def test_a_withdrawn_answer_is_refused() -> None:
    stream = NO_SEARCH[: NO_SEARCH.index(b'data: {"p": "response/status"')]
    reply = decode(stream + frame({"p": "response/status", "o": "SET", "v": "CONTENT_FILTER"}) + frame({}, "finish"))
    assert (reply.failure, reply.finish_reason, reply.finished) == ("refused", "CONTENT_FILTER", True)


@pytest.mark.parametrize(
    "junk",
    [
        b"data: [DONE]\n\n",
        b"data: [1, 2]\n\n",
        b"data: 7\n\n",
        b"\xff\xfe: \x00\n\n",
        frame({"v": 5}),
        frame({"p": "response/fragments/9/content", "o": "APPEND", "v": "x"}),
        frame({"p": "response/status/deeper", "o": "SET", "v": "x"}),
        frame({"p": "response/tips", "o": "NEW_OPERATION", "v": [{}]}),
        frame({"p": "response", "o": "BATCH", "v": "not a list"}),
        frame({"p": "response", "o": "BATCH", "v": [1, {"p": "x"}]}),
        frame({"content": "x"}, "an_event_of_tomorrow"),
    ],
)
def test_malformed_and_unknown_frames_change_nothing(junk: bytes) -> None:
    stream = OLD_GENERATION.removesuffix(END)
    assert decode(stream + junk + END) == decode(OLD_GENERATION)
    assert decode(junk + OLD_GENERATION) == decode(OLD_GENERATION)


def test_a_frame_that_is_cut_off_is_counted() -> None:
    reply = decode(OLD_GENERATION.removesuffix(END) + b'data: {"v":"lost\n\ndata: [DONE]\n\n' + END)
    assert (reply.text, reply.finished, reply.broken_frames) == (decode(OLD_GENERATION).text, True, 1)
    assert not reply.is_whole


def test_sources_of_odd_shape_are_read_as_far_as_they_go() -> None:
    results = [{"url": None, "title": "图", "cite_index": None}, "x", {}, {"url": "https://a.cn", "cite_index": True}]
    reply = decode(frame({"p": "response/search_results", "v": results}))
    assert [(source.url, source.index) for source in reply.sources] == [("", None), ("https://a.cn", None)]


def test_a_source_that_comes_twice_is_listed_once_where_it_came_first() -> None:
    results = [{"url": "https://a.cn", "cite_index": 1}, {"url": "https://b.cn", "cite_index": 2}]
    stream = frame({"p": "response/search_results", "v": [*results, {**results[0], "title": "again"}]})
    assert [(source.url, source.title) for source in decode(stream).sources] == [
        ("https://a.cn", ""),
        ("https://b.cn", ""),
    ]


def opening(*fragments: dict[str, object]) -> bytes:
    return READY + frame({"v": {"response": {"status": "WIP", "fragments": list(fragments)}}})


@pytest.mark.case("s1")
def test_todays_search_tools_give_sources_queries_and_the_page_that_is_named() -> None:
    reply = decode(TOOL_SEARCH)
    assert reply.text == "推荐索尼的新款。"
    urls = [source.url for source in reply.sources]
    assert urls == [f"https://{host}.cn/a/None" for host in ("pinglun", "shuma", "erji", "xinpin")]
    assert [source.site for source in reply.sources if source.index in reply.cited] == ["shuma"]
    assert (reply.queries, reply.search_ran) == (("降噪耳机 新款",), True)
    assert reply.citations_known


@pytest.mark.case("s1")
@pytest.mark.parametrize(
    "references",
    [
        None,
        [],
        [{"id": 9, "type": "TOOL_OPEN"}],
        [{"type": "TOOL_OPEN"}],
        # which of its results is meant, the mark does not say
        [{"id": 2, "type": "TOOL_SEARCH"}],
        ["x"],
    ],
)
def test_a_mark_that_names_no_page_leaves_citations_unknown(references: object) -> None:
    answer = {"id": 3, "type": "RESPONSE", "content": "看看索尼[reference:0]。", "references": references}
    results = [{"url": "https://a.cn"}, {"url": "https://b.cn"}]
    reply = decode(opening({"id": 2, "type": "TOOL_SEARCH", "results": results}, answer) + END)
    assert (reply.text, len(reply.sources)) == ("看看索尼。", 2)
    assert (reply.cited, reply.citations_known) == ((), False)


@pytest.mark.case("s1")
def test_a_number_that_no_source_has_leaves_citations_unknown() -> None:
    answer = {"id": 3, "type": "RESPONSE", "content": "索尼[citation:1]，森海[citation:8]"}
    results = [{"url": "https://a.cn", "cite_index": 1}]
    reply = decode(opening({"id": 2, "type": "SEARCH", "results": results}, answer) + END)
    assert (reply.text, reply.citations_known) == ("索尼，森海", False)


def test_pages_that_are_named_get_numbers_behind_those_of_the_search() -> None:
    search = {"id": 2, "type": "TOOL_SEARCH", "results": [{"url": "https://a.cn", "cite_index": 4}]}
    answer = {
        "id": 4,
        "type": "RESPONSE",
        "content": "甲[citation:4]乙[reference:1]丙[reference:0,1]",
        "references": [{"id": 2}, {"id": 3}],
    }
    reply = decode(opening(search, {"id": 3, "type": "TOOL_OPEN", "result": {"url": "https://b.cn"}}, answer) + END)
    assert [(source.url, source.index) for source in reply.sources] == [("https://a.cn", 4), ("https://b.cn", 5)]
    assert (reply.text, reply.cited, reply.citations_known) == ("甲乙丙", (4, 5), True)


@pytest.mark.case("s2")
@pytest.mark.parametrize("depth", [1, 2, 5, 300])
def test_patches_within_patches_are_applied_in_order(depth: int) -> None:
    inner: dict[str, object] = {
        "p": "fragments",
        "o": "BATCH",
        "v": [
            {"p": "-1/content", "o": "APPEND", "v": "下半句"},
            {"p": "-1/content", "o": "APPEND", "v": "，完"},
            {"o": "APPEND", "v": [{"id": 2, "type": "RESPONSE", "content": "。"}]},
        ],
    }
    for _ in range(depth - 1):
        inner = {"p": "", "o": "BATCH", "v": [inner, {"p": "accumulated_token_usage", "v": 3}]}
    stream = opening({"id": 1, "type": "RESPONSE", "content": "上半句，"})
    reply = decode(stream + frame({"p": "response", "o": "BATCH", "v": [inner]}) + END)
    assert (reply.text, reply.is_whole) == ("上半句，下半句，完。", True)


def test_patches_without_a_path_go_on_with_the_whole_response() -> None:
    stream = opening({"id": 1, "type": "RESPONSE", "content": "蓝"})
    stream += frame({"p": "response/fragments/-1/content", "o": "APPEND", "v": "牙"})
    stream += frame(
        {"v": [{"p": "fragments/-1/content", "o": "APPEND", "v": "耳机"}, {"p": "status", "v": "FINISHED"}]}
    )
    assert (decode(stream).text, decode(stream).finished) == ("蓝牙耳机", True)


@pytest.mark.parametrize("junk", [{"id": 7}, ["x"], 7, None])
def test_what_cannot_be_added_to_words_leaves_them(junk: object) -> None:
    stream = opening({"id": 1, "type": "RESPONSE", "content": "蓝"})
    stream += frame({"p": "response/fragments/-1/content", "o": "APPEND", "v": "牙"})
    assert decode(stream + frame({"v": junk}) + END).text == "蓝牙"


@pytest.mark.case("s4")
@pytest.mark.parametrize("status", ["INCOMPLETE", "AUTO_CONTINUE", "A_STATUS_OF_TOMORROW"])
@pytest.mark.parametrize("path", ["response/status", "response/quasi_status"])
def test_an_end_that_the_status_contradicts_is_a_cut_off(status: str, path: str) -> None:
    stream = opening({"id": 1, "type": "RESPONSE", "content": "先看"}) + frame({"p": path, "o": "SET", "v": status})
    reply = decode(stream + frame({}, "finish") + frame({"click_behavior": "none"}, "close"))
    assert (reply.finished, reply.is_whole, reply.failure) == (False, False, None)
    assert reply.finish_reason == status


@pytest.mark.case("s5")
@pytest.mark.parametrize(
    ("content", "reason", "failure"),
    [
        ("Server is temporarily unavailable.", "generation_err", "unavailable"),
        ("服务器繁忙，请稍后再试。", "", "unavailable"),
        ("Messages too frequent. Try again later.", "rate_limit_reached", "rate_limited"),
        ("Authorization Failed (invalid token)", "", "login_required"),
        ("请完成安全验证后继续", "", "captcha"),
        ("抱歉，内容涉及敏感信息", "content_filter", "refused"),
        ("The conversation is too long.", "input_exceeds_limit", "failed"),
    ],
)
def test_a_hint_is_told_by_its_code_and_its_words(content: str, reason: str, failure: str) -> None:
    stream = opening({"id": 1, "type": "RESPONSE", "content": "先看"})
    hint = {"type": "error", "content": content, "clear_response": True, "finish_reason": reason}
    reply = decode(stream + frame(hint, "hint") + frame({}, "close"))
    assert (reply.failure, reply.is_whole) == (failure, failure == "refused")


TEMPLATE = {"id": 9, "type": "TEMPLATE_RESPONSE", "content": "这个话题我还不能聊。"}


@pytest.mark.case("s6")
@pytest.mark.parametrize(
    "withdrawal",
    [
        frame({"p": "response/fragments", "o": "SET", "v": [TEMPLATE]}),
        frame({"p": "response/fragments", "v": [TEMPLATE]}),
        frame({"p": "response/fragments", "o": "APPEND", "v": [TEMPLATE]}),
        frame({"p": "response/fragments/-1", "o": "SET", "v": TEMPLATE}),
        frame({"p": "response", "o": "BATCH", "v": [{"p": "fragments", "v": [TEMPLATE]}]}),
        frame({"v": [{"p": "status", "v": "CONTENT_FILTER"}, {"p": "fragments", "v": [TEMPLATE]}]}),
        frame({"v": {"response": {"status": "CONTENT_FILTER", "fragments": [TEMPLATE]}}}),
    ],
)
def test_of_a_withdrawn_answer_only_the_template_is_left(withdrawal: bytes) -> None:
    search = {"id": 2, "type": "SEARCH", "results": [{"url": "https://a.cn", "cite_index": 1}]}
    answer = {"id": 3, "type": "RESPONSE", "content": "索尼的耳机[citation:1]"}
    reply = decode(opening({"id": 1, "type": "THINK", "content": "想"}, search, answer) + withdrawal + END)
    assert reply.text == TEMPLATE["content"]
    assert (reply.failure, reply.reasoning, reply.sources, reply.cited) == ("refused", "", (), ())


def test_a_template_may_ask_to_come_back_later() -> None:
    busy = {"id": 1, "type": "TEMPLATE_RESPONSE", "content": "服务器繁忙，请稍后再试。"}
    assert decode(opening(busy) + END).failure == "unavailable"


@pytest.mark.case("s5")
def test_an_object_in_place_of_a_stream_is_an_error() -> None:
    body = b'{"code":40003,"msg":"Authorization Failed (invalid token)","data":null}'
    assert decode(body).failure == "login_required"
    assert decode(body[:-1]).failure is None
