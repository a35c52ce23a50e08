import pytest

from answerlens_collector.decoders.qianwen import QianwenDecoder
from answerlens_collector.decoders.reply import Reply
from tests.unit.collector.decoders.site_streams import QIANWEN, QIANWEN_BEGIN, QIANWEN_END, qianwen, qianwen_answer
from tests.unit.collector.decoders.streams import frame


def decode(stream: bytes) -> Reply:
    decoder = QianwenDecoder()
    decoder.feed(stream)
    return decoder.reply()


def test_the_newest_snapshot_is_the_answer_and_a_late_one_is_passed_over() -> None:
    reply = decode(QIANWEN)
    assert (reply.text, reply.reasoning) == ("可以看看索尼。", "用户想买耳机")
    assert (reply.is_whole, reply.finish_reason) == (True, "complete")


def test_sources_the_search_and_citations_are_unknown() -> None:
    reply = decode(QIANWEN)
    assert (reply.sources, reply.search_ran, reply.citations_known) == ((), None, False)


def test_the_older_form_has_the_text_in_the_message_itself() -> None:
    older = {"mime_type": "multi_load/iframe", "content": "可以看看索尼。", "meta_data": {}}
    assert decode(QIANWEN_BEGIN + qianwen(3, older) + QIANWEN_END).text == "可以看看索尼。"


def test_only_the_authoritative_end_is_one() -> None:
    open_end = QIANWEN.removesuffix(QIANWEN_END)
    assert not decode(open_end + qianwen(6, status="complete")).is_whole
    assert decode(open_end + qianwen(6, sse_end="1")).is_whole


@pytest.mark.parametrize(
    "junk",
    [
        frame({"data": {"messages": [7, {"mime_type": "multi_load/iframe", "meta_data": {"multi_load": [1]}}]}}),
        frame({"communication": {"resid": "x"}, "data": []}),
        qianwen(1, qianwen_answer("旧")),
    ],
)
def test_malformed_and_late_events_change_nothing(junk: bytes) -> None:
    assert decode(QIANWEN_BEGIN + junk + QIANWEN.removeprefix(QIANWEN_BEGIN)) == decode(QIANWEN)
