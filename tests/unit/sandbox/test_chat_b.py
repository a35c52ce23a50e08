from collections.abc import Awaitable, Callable

import httpx
import pytest

from answerlens_sandbox.answer import answer
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.world import World
from tests.unit.sandbox.streams import ask_b, frames, named

QUESTION = "蓝牙耳机怎么选才不踩坑？"
Order = Callable[..., Awaitable[None]]


async def test_an_answer_is_streamed_and_journaled(client: httpx.AsyncClient, state: Outside) -> None:
    reply = named((await ask_b(client, QUESTION)).text)
    assert reply.text == answer(World(7), "chat-b", QUESTION, 1).text
    assert [(row["kind"], row["engine"], row["question"]) for row in state.journal.rows] == [
        ("ask", "chat-b", QUESTION)
    ]


async def test_deep_thinking_is_not_answer_text(client: httpx.AsyncClient) -> None:
    reply = named((await ask_b(client, QUESTION, deep=1)).text)
    assert reply.thinking == answer(World(7), "chat-b", QUESTION, 1).thinking
    assert reply.text == answer(World(7), "chat-b", QUESTION, 1).text


async def test_an_unsigned_request_is_refused(client: httpx.AsyncClient, state: Outside) -> None:
    block = {"block_type": 10000, "content": {"text_block": {"text": QUESTION}}}
    body = {"client_meta": {"conversation_id": "0"}, "messages": [{"content_block": [block]}], "option": {}}
    response = await client.post("/chat-b/chat/completion?aid=1&a_bogus=0", json=body)
    assert "STREAM_ERROR" in response.text
    assert state.asked == {}


async def test_a_malformed_request_is_400(client: httpx.AsyncClient) -> None:
    for body in (b"{", b"[]", b'{"messages":[]}'):
        assert (await client.post("/chat-b/chat/completion?a_bogus=1", content=body)).status_code == 400


@pytest.mark.parametrize("fault", ["429", "login", "captcha"])
async def test_refusals_are_events(client: httpx.AsyncClient, order: Order, fault: str) -> None:
    await order("chat-b", fault)
    events = dict(frames((await ask_b(client, QUESTION)).text))
    assert "error_code" in events["STREAM_ERROR"]
    decision = events["STREAM_ERROR"]["extra"].get("decision", "")
    assert ("shark_admin" in decision and "verify" in decision) is (fault == "captcha")
    assert named((await ask_b(client, QUESTION)).text).text


async def test_other_faults(client: httpx.AsyncClient, order: Order) -> None:
    await order("chat-b", "500")
    assert (await ask_b(client, QUESTION)).status_code == 500
    await order("chat-b", "refusal")
    assert len(named((await ask_b(client, QUESTION)).text).text) < 60
    await order("chat-b", "empty")
    assert named((await ask_b(client, QUESTION)).text).text == ""
    await order("chat-b", "cut_stream")
    assert "SSE_REPLY_END" not in (await ask_b(client, QUESTION)).text
    await order("chat-b", "bad_json")
    with pytest.raises(ValueError, match=r"delimiter|Expecting"):
        named((await ask_b(client, QUESTION)).text)


async def test_the_page_has_the_anchors_of_the_real_one(client: httpx.AsyncClient, order: Order) -> None:
    page = (await client.get("/chat-b/")).text
    assert 'data-testid="chat_input_input"' in page
    assert 'contenteditable="true"' in page
    assert "chat_input_send_button" not in page
    assert page.count('data-testid="create_conversation_button"') == 2
    assert (await client.get("/chat-b/chat/38700123")).text == page
    await order("chat-b", "changed_page")
    assert "data-testid" not in (await client.get("/chat-b/chat/")).text
