import pytest

from answerlens_collector.decoders.reply import Reply
from answerlens_collector.decoders.yuanbao import YuanbaoDecoder
from tests.unit.collector.decoders.site_streams import (
    YUANBAO,
    YUANBAO_BEGIN,
    YUANBAO_END,
    YUANBAO_SOURCES,
    YUANBAO_TEXT,
    document,
)
from tests.unit.collector.decoders.streams import frame


def decode(stream: bytes) -> Reply:
    decoder = YuanbaoDecoder()
    decoder.feed(stream)
    return decoder.reply()


@pytest.mark.parametrize("late", [True, False])
def test_text_reasoning_and_sources_are_told_apart_whichever_comes_first(late: bool) -> None:  # noqa: FBT001 a parameter
    parts = (YUANBAO_TEXT, YUANBAO_SOURCES) if late else (YUANBAO_SOURCES, YUANBAO_TEXT)
    reply = decode(YUANBAO_BEGIN + b"".join(parts) + YUANBAO_END)
    assert (reply.text, reply.reasoning) == ("可以看看索尼。", "用户想买耳机")
    # a plug-in's source has no address
    assert [(source.index, source.url) for source in reply.sources] == [
        (1, "https://pinglun.cn/a/1"),
        (2, "https://shuma.cn/a/2"),
        (3, ""),
    ]
    assert (reply.cited, reply.citations_known, reply.search_ran, reply.is_whole) == ((2,), True, True, True)


def test_a_mark_without_its_source_leaves_citations_unknown() -> None:
    reply = decode(YUANBAO_BEGIN + YUANBAO_TEXT + YUANBAO_END)
    assert (reply.text, reply.sources, reply.citations_known) == ("可以看看索尼。", (), False)


def test_numbers_may_come_as_text() -> None:
    sources = frame({"type": "searchGuid", "docs": [{**document(2, "shuma.cn"), "index": "2"}]})
    assert decode(YUANBAO_BEGIN + YUANBAO_TEXT + sources + YUANBAO_END).citations_known


@pytest.mark.parametrize(
    "junk",
    [
        b"data: search_with_text\n\n",
        frame({"type": "text", "msg": 7}),
        frame({"type": "searchGuid", "docs": [7, {}]}),
        frame([]),
    ],
)
def test_malformed_and_unknown_events_change_nothing(junk: bytes) -> None:
    assert decode(YUANBAO_BEGIN + junk + YUANBAO.removeprefix(YUANBAO_BEGIN)) == decode(YUANBAO)
