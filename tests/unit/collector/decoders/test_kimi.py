import pytest

from answerlens_collector.decoders.kimi import KimiDecoder
from answerlens_collector.decoders.reply import Reply
from tests.unit.collector.decoders.site_streams import KIMI, KIMI_BEGIN, KIMI_END, block, connect, kimi_result


def decode(stream: bytes) -> Reply:
    decoder = KimiDecoder()
    decoder.feed(stream)
    return decoder.reply()


def test_text_reasoning_queries_and_sources_are_told_apart() -> None:
    reply = decode(KIMI)
    assert (reply.text, reply.reasoning) == ("可以看看索尼。", "用户想买耳机")
    assert [(source.index, source.url, source.site) for source in reply.sources] == [
        (1, "https://pinglun.cn/a/0", "pinglun.cn"),
        (2, "https://shuma.cn/a/1", "shuma.cn"),
    ]
    assert (reply.cited, reply.citations_known, reply.queries) == ((2,), True, ("蓝牙耳机 推荐",))
    assert (reply.search_ran, reply.is_whole, reply.finish_reason) == (True, True, "MESSAGE_STATUS_COMPLETED")


def test_an_answer_without_search_says_so() -> None:
    reply = decode(KIMI_BEGIN + block("set", "block.text", "1", text={"content": "蓝牙是一种无线技术。"}) + KIMI_END)
    assert (reply.text, reply.search_ran, reply.sources, reply.citations_known) == (
        "蓝牙是一种无线技术。",
        False,
        (),
        True,
    )


@pytest.mark.parametrize(
    ("mark", "text", "cited", "known"),
    [
        ("\ue3a0cite\ue3a3web_search:1#1\ue3a3web_search:1#0\ue3a8", "索尼", (2, 1), True),
        ("[[web_search:1#0]]", "索尼", (1,), True),
        ("\ue3a0cite\ue3a3web_search:9#9\ue3a8", "索尼", (), False),
        ("[[1, 2], [3, 4]]", "索尼[[1, 2], [3, 4]]", (), True),
    ],
)
def test_marks_are_taken_out_and_resolved(mark: str, text: str, cited: tuple[int, ...], known: bool) -> None:  # noqa: FBT001 a parameter
    results = [kimi_result(0, "a.cn"), kimi_result(1, "b.cn")]
    tool = block("append", "block.tool.contents", "1", tool={"contents": results})
    reply = decode(KIMI_BEGIN + tool + block("set", "block.text", "2", text={"content": "索尼" + mark}) + KIMI_END)
    assert (reply.text, reply.cited, reply.citations_known) == (text, cited, known)


def test_a_block_that_is_set_again_is_replaced_and_others_follow_it() -> None:
    stream = block("set", "block.text", "1", text={"content": "错"}) + block(
        "set", "block.text", "2", text={"content": "后"}
    )
    assert decode(stream + block("set", "block.text", "1", text={"content": "先"}) + KIMI_END).text == "先后"


@pytest.mark.parametrize(
    "junk", [connect({"block": 7}), connect({"message": []}), connect({"op": "append", "block": {"text": 1}})]
)
def test_malformed_frames_change_nothing(junk: bytes) -> None:
    assert decode(KIMI_BEGIN + junk + KIMI.removeprefix(KIMI_BEGIN)) == decode(KIMI)
