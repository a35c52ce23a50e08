import pytest

from answerlens_collector.decoders.connect import ConnectFrame, ConnectFrames
from tests.unit.collector.decoders.site_streams import connect

# 123 bytes of JSON: the length's last byte is a brace
BRACE = {"text": "x" * 111}
STREAM = connect({"op": "set"}) + connect(BRACE) + connect({"文": "字"}) + connect({}, flags=2)
FRAMES = [ConnectFrame(each, last=False) for each in ({"op": "set"}, BRACE, {"文": "字"})] + [
    ConnectFrame({}, last=True)
]


def test_frames_survive_a_cut_at_any_byte() -> None:
    assert connect(BRACE)[4] == ord("{")
    for cut in range(len(STREAM) + 1):
        frames = ConnectFrames()
        assert frames.feed(STREAM[:cut]) + frames.feed(STREAM[cut:]) == FRAMES
        assert (frames.broken, frames.plain()) == (0, {})


def test_an_empty_frame_is_an_empty_object() -> None:
    assert ConnectFrames().feed(b"\x02\0\0\0\0") == [ConnectFrame({}, last=True)]


@pytest.mark.parametrize("body", [b"\x01\0\0\0\x02\x1f\x8b", b"\0\0\0\0\x01{", b"\0\0\0\0\x05[[[[["])
def test_what_cannot_be_read_is_counted(body: bytes) -> None:
    frames = ConnectFrames()
    assert [frame.data for frame in frames.feed(body + STREAM)] == [{}, *(frame.data for frame in FRAMES)]
    assert frames.broken == 1


def test_after_flags_that_make_no_sense_nothing_more_is_read() -> None:
    frames = ConnectFrames()
    assert frames.feed(STREAM + b"\x09" + STREAM) == FRAMES
    assert frames.feed(STREAM) == []
    assert frames.broken == 1


def test_an_object_without_a_frame_is_kept() -> None:
    frames = ConnectFrames()
    assert frames.feed(b'{"code":') + frames.feed(b'"unauthenticated"}') == []
    assert (frames.plain(), frames.broken) == ({"code": "unauthenticated"}, 0)
