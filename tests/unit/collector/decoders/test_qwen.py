import pytest

from answerlens_collector.decoders.qwen import QwenDecoder
from answerlens_collector.decoders.reply import Reply
from tests.unit.collector.decoders.site_streams import QWEN, QWEN_BEGIN, qwen
from tests.unit.collector.decoders.streams import frame


def decode(stream: bytes) -> Reply:
    decoder = QwenDecoder()
    decoder.feed(stream)
    return decoder.reply()


def test_only_the_phase_of_the_answer_is_the_answer() -> None:
    reply = decode(QWEN)
    assert (reply.text, reply.reasoning, reply.is_whole) == ("可以看看索尼。", "用户想买耳机", True)


def test_sources_that_come_again_are_listed_once_and_citations_are_unknown() -> None:
    reply = decode(QWEN)
    assert [(source.url, source.site) for source in reply.sources] == [
        ("https://pinglun.cn/a/1", "pinglun.cn"),
        ("https://shuma.cn/a/2", "shuma.cn"),
    ]
    assert (reply.search_ran, reply.cited, reply.citations_known) == (True, (), False)


def test_an_answer_without_search_says_so_when_it_is_finished() -> None:
    stream = QWEN_BEGIN + qwen("answer", "蓝牙")
    assert decode(stream).search_ran is None
    assert decode(stream + qwen("answer", "", "finished")).search_ran is False


def test_the_end_of_the_choice_is_an_end_too() -> None:
    stream = QWEN_BEGIN + qwen("answer", "蓝牙")
    assert decode(stream + frame({"choices": [{"delta": {}, "finish_reason": "stop"}]})).is_whole


@pytest.mark.parametrize("junk", [frame({"choices": [1, {"delta": 5}]}), frame({"choices": {}}), b"data: [1]\n\n"])
def test_malformed_events_change_nothing(junk: bytes) -> None:
    assert decode(QWEN_BEGIN + junk + QWEN.removeprefix(QWEN_BEGIN)) == decode(QWEN)
