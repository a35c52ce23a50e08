from answerlens_sandbox.draw import unit
from answerlens_sandbox.streaming import chunks, frame, pieces, stream

BODY = frame({"v": "蓝牙耳机"}, "message", 3) * 50


async def _sent(fault: str | None) -> bytes:
    parts = [part async for part in stream(BODY, 0, fault, "key").body_iterator]
    return b"".join(part if isinstance(part, bytes) else bytes(part) for part in parts if not isinstance(part, str))


def test_a_frame_has_id_event_and_one_line_of_data() -> None:
    assert frame({"v": "是"}, "message", 3) == 'id: 3\nevent: message\ndata: {"v":"是"}\n\n'
    assert frame("[DONE]") == "data: [DONE]\n\n"


def test_pieces_join_to_the_text() -> None:
    tokens = pieces("蓝牙耳机怎么选才不踩坑？" * 9, 1)
    assert "".join(tokens) == "蓝牙耳机怎么选才不踩坑？" * 9
    assert {len(token) for token in tokens[:-1]} <= set(range(1, 7))


def test_chunks_are_cut_inside_characters_too() -> None:
    body = ("蓝牙耳机" * 400).encode()
    parts = chunks(body, 1)
    assert b"".join(parts) == body
    assert len(parts) >= 8
    assert any(part[0] & 0xC0 == 0x80 for part in parts)
    assert chunks(body, 2) != parts


async def test_a_stream_arrives_whole_and_a_cut_one_does_not() -> None:
    assert await _sent(None) == BODY.encode()
    for fault in ("cut_stream", "hang"):
        sent = await _sent(fault)
        assert BODY.encode().startswith(sent)
        assert 0 < len(sent) < len(BODY.encode())


def test_an_empty_body_has_no_chunks() -> None:
    assert chunks(b"", unit(1)) == []
