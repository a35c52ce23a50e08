import json
from collections.abc import Iterator
from typing import Any

import pytest

from answerlens_collector.engines.api.expressions import ShapeError
from answerlens_collector.engines.api.streaming import ChatStream, ResponseStream, WholeReply, assembly_of
from tests.support.providers.openai import PROVIDER


def events(*said: object, last: str = "\n\n") -> bytes:
    return "\n\n".join(f"data: {json.dumps(one, ensure_ascii=False)}" for one in said).encode() + last.encode()


def delta(finish: str | None = None, **told: Any) -> dict[str, Any]:
    return {"model": "m", "choices": [{"index": 0, "delta": told, "finish_reason": finish}]}


def document(stream: ChatStream | ResponseStream, body: bytes, piece: int = 7) -> Any:
    for start in range(0, len(body), piece):
        stream.feed(body[start : start + piece])
    return stream.document()


def message(body: bytes) -> Any:
    return document(ChatStream(), body)["choices"][0]["message"]


@pytest.mark.parametrize("piece", [1, 2, 3, 1000])
def test_pieces_of_a_message_are_joined_wherever_they_are_cut(piece: int) -> None:
    body = events(
        delta(role="assistant", content=""), delta(reasoning_content="想"), delta(content="索😀"), delta("stop")
    )
    whole = document(ChatStream(), body, piece)
    told = {"role": "assistant", "content": "索😀", "reasoning_content": "想"}
    assert whole == {"model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": told}]}


def test_calls_of_tools_are_joined_by_their_index() -> None:
    def call(index: int, arguments: str, **more: str) -> dict[str, Any]:
        named = {"name": more.pop("name")} if "name" in more else {}
        return {"index": index, **more, "function": {**named, "arguments": arguments}}

    body = events(
        delta(tool_calls=[call(0, "", id="a", type="builtin_function", name="$web_search")]),
        delta(tool_calls=[call(0, '{"q"'), call(1, "{", id="b", type="function", name="x")]),
        delta(tool_calls=[call(1, "}"), call(0, ": 1}")]),
        delta("tool_calls"),
    )
    first, second = message(body)["tool_calls"]
    assert first == call(0, '{"q": 1}', id="a", type="builtin_function", name="$web_search")
    assert second == call(1, "{}", id="b", type="function", name="x")


def test_lists_without_an_index_grow_and_what_is_told_beside_the_message_is_the_last() -> None:
    body = events(
        {**delta(content="索", annotations=[{"url": "a"}]), "search_results": [{"url": "a"}], "usage": None},
        {**delta("stop", content="尼", annotations=[{"url": "b"}]), "search_results": [{"url": "a"}, {"url": "b"}]},
        {"choices": [], "usage": {"completion_tokens": 3}},
        {"choices": [{"index": 1, "delta": {"content": "another choice"}}]},
    )
    whole = document(ChatStream(), body)
    assert whole["choices"][0]["message"] == {"content": "索尼", "annotations": [{"url": "a"}, {"url": "b"}]}
    assert (whole["usage"], len(whole["search_results"])) == ({"completion_tokens": 3}, 2)


def test_a_last_line_that_is_missing_does_no_harm() -> None:
    assert message(events(delta(content="索"), delta("stop", content="尼"), last=""))["content"] == "索尼"


def test_half_an_event_is_where_a_stream_broke_off() -> None:
    body = events(delta(content="索"), delta("stop", content="尼"), last="")
    whole = document(ChatStream(), body[:-5])
    assert whole["choices"] == [{"index": 0, "message": {"content": "索"}}]


@pytest.mark.parametrize("stream", [ChatStream, ResponseStream])
@pytest.mark.parametrize("body", [b"", b'{"choices": []}', b"data: {\n\n", b"data: 7\n\n", b"<html>\n\n"])
def test_what_is_no_stream_is_told(stream: type[ChatStream | ResponseStream], body: bytes) -> None:
    with pytest.raises(ShapeError):
        document(stream(), body)


def test_the_last_event_of_a_response_holds_all_of_it() -> None:
    (said,) = PROVIDER.searched
    body = events(
        {"type": "response.created", "response": {**said, "status": "in_progress", "output": []}},
        {"type": "response.output_text.delta", "delta": "降噪"},
        {"type": "response.completed", "response": said},
    )
    for piece in (1, 5, 10_000):
        assert document(ResponseStream(), body, piece) == said


def test_a_response_that_is_cut_at_any_byte_is_the_whole_one_or_none() -> None:
    (said,) = PROVIDER.plain
    body = events({"type": "response.created", "response": {}}, {"type": "response.completed", "response": said})

    def cut() -> Iterator[Any]:
        for end in range(len(body)):
            stream = ResponseStream()
            stream.feed(body[:end])
            try:
                yield stream.document()
            except ShapeError:
                yield None

    whole = [found for found in cut() if found]
    assert whole == [said, said], "only the line breaks that end it are missing"


def test_an_error_in_a_stream_is_told_as_one() -> None:
    body = events({"type": "error", "code": "server_error", "message": "No."})
    assert document(ResponseStream(), body)["error"]["code"] == "server_error"


def test_a_whole_reply_is_an_object() -> None:
    reply = assembly_of(None)
    assert isinstance(reply, WholeReply)
    reply.feed(b'{"a"')
    reply.feed(b": 1}")
    assert reply.document() == {"a": 1}
    assert not reply.is_ended
