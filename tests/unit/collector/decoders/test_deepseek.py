import pytest

from answerlens_collector.decoders.deepseek import DeepSeekDecoder
from answerlens_collector.decoders.reply import Reply
from tests.unit.collector.decoders.streams import END, NEW_GENERATION, NO_SEARCH, OLD_GENERATION, READY, frame


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
