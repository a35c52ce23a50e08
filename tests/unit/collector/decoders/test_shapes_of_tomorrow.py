"""Any part of any event may become anything: nothing raises, and what is told of the reply keeps its types."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerlens_collector.decoders import DECODERS, FORMER_NAMES
from tests.unit.collector.decoders.bad_hours import BAD_HOURS
from tests.unit.collector.decoders.site_streams import KIMI, connect
from tests.unit.collector.decoders.test_cuts import STREAMS

ALL = [(FORMER_NAMES.get(name, name), stream) for name, stream in STREAMS if b"\r\n" not in stream]
ALL += [(name, stream) for name, hours in BAD_HOURS.items() for stream, _ in hours.values()]
JUNK: list[object] = [None, True, 7, -1, 10**30, 0.5, "", "x", "{", "[1]", '{"a": 1}', [], [1], [[]], {}, {"a": [{}]}]

Place = tuple[object, ...]


def places(value: object, here: Place = ()) -> Iterator[Place]:
    """Where something stands in a JSON value, itself included."""
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*here, key))


def with_junk(value: object, place: Place, junk: object) -> object:
    """A copy of a JSON value with something else at a place."""
    if not place:
        return junk
    key, *rest = place
    if isinstance(value, dict):
        return {name: with_junk(each, tuple(rest), junk) if name == key else each for name, each in value.items()}
    assert isinstance(value, list)
    return [with_junk(each, tuple(rest), junk) if number == key else each for number, each in enumerate(value)]


def changed(value: object, data: st.DataObject) -> object:
    return with_junk(value, data.draw(st.sampled_from(list(places(value)))), data.draw(st.sampled_from(JUNK)))


def changed_events(stream: bytes, data: st.DataObject) -> bytes:
    lines = stream.split(b"\n")
    holders = [number for number, line in enumerate(lines) if line.startswith((b"data: {", b"{"))]
    for number in data.draw(st.lists(st.sampled_from(holders), max_size=4)) if holders else ():
        head, value = (b"data: ", lines[number][6:]) if lines[number].startswith(b"data: ") else (b"", lines[number])
        lines[number] = head + json.dumps(changed(json.loads(value), data)).encode()
    return b"\n".join(lines)


@pytest.mark.parametrize(("name", "stream"), [pair for pair in ALL if pair[0] != "kimi"])
@settings(max_examples=30)
@given(data=st.data())
def test_no_shape_raises(name: str, stream: bytes, data: st.DataObject) -> None:
    decoder = DECODERS[name]()
    decoder.feed(changed_events(stream, data))
    reply = decoder.reply()
    assert isinstance(reply.text + reply.reasoning + "".join(reply.queries), str)
    for source in reply.sources:
        assert isinstance(source.url + source.title + source.site, str)


@given(data=st.data())
def test_no_frame_raises(data: st.DataObject) -> None:
    frames, rest = [], KIMI
    while rest:
        end = 5 + int.from_bytes(rest[1:5], "big")
        frames.append(json.loads(rest[5:end]))
        rest = rest[end:]
    decoder = DECODERS["kimi"]()
    for frame in frames:
        value = changed(frame, data) if data.draw(st.booleans()) else frame
        decoder.feed(connect(value) if isinstance(value, dict) else b"\0\0\0\0\x02[]")
    assert isinstance(decoder.reply().text, str)
