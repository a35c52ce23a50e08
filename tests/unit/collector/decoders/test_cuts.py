"""A stream cut at any byte, or at many, reads the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerlens_collector.decoders import DECODERS, FORMER_NAMES, Reply
from tests.unit.collector.decoders import site_streams
from tests.unit.collector.decoders.streams import (
    NAMED_EVENTS,
    NEW_GENERATION,
    NO_SEARCH,
    OLD_GENERATION,
    TOOL_SEARCH,
)

# by the names that profiles had before
STREAMS = [
    ("json_patch", OLD_GENERATION),
    ("json_patch", NEW_GENERATION),
    ("json_patch", NO_SEARCH),
    ("deepseek", TOOL_SEARCH),
    ("json_patch", NEW_GENERATION.replace(b"\n", b"\r\n")),
    ("named_events", NAMED_EVENTS),
    ("named_events", NAMED_EVENTS.replace(b"\n", b"\r\n")),
    ("chatgpt", site_streams.CHATGPT),
    ("kimi", site_streams.KIMI),
    ("qianwen", site_streams.QIANWEN),
    ("qwen", site_streams.QWEN),
    ("wenxin", site_streams.WENXIN),
    ("yuanbao", site_streams.YUANBAO),
]


def decode(name: str, pieces: list[bytes]) -> Reply:
    decoder = DECODERS[FORMER_NAMES.get(name, name)]()
    for piece in pieces:
        decoder.feed(piece)
    return decoder.reply()


def test_every_decoder_is_here() -> None:
    assert {FORMER_NAMES.get(name, name) for name, _ in STREAMS} == DECODERS.keys()


@pytest.mark.parametrize(("name", "stream"), STREAMS)
def test_a_cut_at_every_byte_changes_nothing(name: str, stream: bytes) -> None:
    whole = decode(name, [stream])
    assert whole.finished
    for cut in range(len(stream) + 1):
        assert decode(name, [stream[:cut], stream[cut:]]) == whole
    assert decode(name, [stream[i : i + 1] for i in range(len(stream))]) == whole


@pytest.mark.parametrize(("name", "stream"), STREAMS)
def test_a_stream_that_ends_at_any_byte_is_whole_or_not_an_answer(name: str, stream: bytes) -> None:
    text = decode(name, [stream]).text
    decoder = DECODERS[FORMER_NAMES.get(name, name)]()
    whole = 0
    for at in range(len(stream)):
        reply = decoder.reply()
        assert (reply.failure, reply.is_whole and reply.text != text) == (None, False)
        whole += reply.is_whole
        decoder.feed(stream[at : at + 1])
    assert whole < len(stream) / 2


@pytest.mark.parametrize(("name", "stream"), STREAMS)
@given(data=st.data())
def test_many_cuts_change_nothing(name: str, stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert decode(name, pieces) == decode(name, [stream])


@pytest.mark.parametrize("name", DECODERS)
@given(junk=st.binary(max_size=300))
def test_no_bytes_raise(name: str, junk: bytes) -> None:
    reply = decode(name, [junk, b"\n\ndata: ", junk, b"\n\n"])
    assert not reply.finished


@pytest.mark.parametrize(("name", "stream"), STREAMS)
def test_reading_on_the_way_does_not_disturb(name: str, stream: bytes) -> None:
    decoder = DECODERS[FORMER_NAMES.get(name, name)]()
    for at in range(0, len(stream), 97):
        decoder.feed(stream[at : at + 97])
        decoder.reply()
    assert decoder.reply() == decode(name, [stream])
