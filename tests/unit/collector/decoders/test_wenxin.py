import pytest

from answerlens_collector.decoders.reply import Reply
from answerlens_collector.decoders.wenxin import WenxinDecoder
from tests.unit.collector.decoders.site_streams import WENXIN, WENXIN_ANSWER, WENXIN_BEGIN, wenxin
from tests.unit.collector.decoders.streams import frame


def decode(stream: bytes) -> Reply:
    decoder = WenxinDecoder()
    decoder.feed(stream)
    return decoder.reply()


def test_text_reasoning_and_sources_are_told_apart() -> None:
    reply = decode(WENXIN)
    assert (reply.text, reply.reasoning) == ("可以看看索尼。", "用户想买耳机")
    assert [(source.url, source.site) for source in reply.sources] == [
        ("https://pinglun.cn/a/1", "pinglun.cn"),
        ("https://shuma.cn/a/2", "shuma.cn"),
    ]
    assert (reply.search_ran, reply.is_whole, reply.citations_known) == (True, True, False)


def test_the_end_may_be_told_in_either_way() -> None:
    turn = frame({"status": 0, "data": {"message": {"metaData": {"endTurn": True}}}}, "message")
    for end in (turn, wenxin("input", "generate-complete")):
        assert not decode(WENXIN_BEGIN + WENXIN_ANSWER).is_whole
        assert decode(WENXIN_BEGIN + WENXIN_ANSWER + end).is_whole


@pytest.mark.parametrize("flag", [{"antiFlag": 2}, {"antiFlag": "1"}, {"isSafe": 0}, {"isSafe": False}])
@pytest.mark.parametrize("where", ["top", "message", "data"])
def test_an_answer_that_is_taken_back_is_refused_wherever_the_flag_stands(flag: dict[str, object], where: str) -> None:
    generator = {"component": "markdown-yiyan", "data": {"value": "x", **(flag if where == "data" else {})}}
    message = {"content": {"generator": generator}, **(flag if where == "message" else {})}
    reply = decode(WENXIN + frame({"data": {"message": message}, **(flag if where == "top" else {})}, "message"))
    assert (reply.failure, reply.text, reply.reasoning, reply.sources) == ("refused", "", "", ())


@pytest.mark.parametrize(
    "junk", [frame({}, "ping"), frame({"data": {"message": 7}}), wenxin("markdown-yiyan", value=7)]
)
def test_malformed_events_change_nothing(junk: bytes) -> None:
    assert decode(WENXIN_BEGIN + junk + WENXIN.removeprefix(WENXIN_BEGIN)) == decode(WENXIN)
