from collections.abc import Awaitable, Callable

import httpx
import pytest

from answerlens_sandbox.answer import answer
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.world import World
from tests.unit.sandbox.streams import ask_a, patched

QUESTION = "蓝牙耳机怎么选才不踩坑？"
Order = Callable[..., Awaitable[None]]


async def test_an_answer_is_streamed_and_journaled(client: httpx.AsyncClient, state: Outside) -> None:
    response = await ask_a(client, QUESTION)
    assert response.headers["content-type"].startswith("text/event-stream")
    reply = patched(response.text)
    plain = answer(World(7), "chat-a", QUESTION, 1)
    assert reply.text("RESPONSE").split("[citation")[0] in plain.text
    assert len(reply.results) == len(plain.sources)
    asked = [row for row in state.journal.rows if row["kind"] == "ask"]
    assert [(row["engine"], row["question"], row["nth"]) for row in asked] == [("chat-a", QUESTION, 1)]
    assert "httpx" in asked[0]["user_agent"]


async def test_asked_again_the_answer_is_another_one(client: httpx.AsyncClient) -> None:
    first, second = [patched((await ask_a(client, QUESTION)).text).text("RESPONSE") for _ in range(2)]
    assert first != second


async def test_without_search_there_are_no_sources_and_no_marks(client: httpx.AsyncClient) -> None:
    reply = patched((await ask_a(client, QUESTION, search_enabled=False)).text)
    assert reply.results == []
    assert "[citation" not in reply.text("RESPONSE")


async def test_thinking_is_a_fragment_of_its_own(client: httpx.AsyncClient) -> None:
    reply = patched((await ask_a(client, QUESTION, thinking_enabled=True)).text)
    assert reply.text("THINK")
    assert reply.response["thinking_enabled"] is True
    assert reply.text("THINK") not in reply.text("RESPONSE")


@pytest.mark.parametrize("header", ["", "bm9uc2Vuc2U=", "e30="])
async def test_without_the_pages_proof_nothing_is_answered(
    client: httpx.AsyncClient, state: Outside, header: str
) -> None:
    response = await client.post(
        "/chat-a/api/v0/chat/completion", json={"prompt": QUESTION}, headers={"x-ds-pow-response": header}
    )
    assert response.status_code == 403
    assert state.asked == {}
    assert [row["status"] for row in state.journal.rows] == [403]


async def test_a_malformed_request_is_422(client: httpx.AsyncClient) -> None:
    for body in (b"{", b"[]", b"{}"):
        response = await client.post("/chat-a/api/v0/chat/completion", content=body)
        assert response.status_code == 422


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500), ("login", 401), ("captcha", 403)])
async def test_faults_refuse_once(
    client: httpx.AsyncClient, state: Outside, order: Order, fault: str, status: int
) -> None:
    await order("chat-a", fault)
    assert (await ask_a(client, QUESTION)).status_code == status
    assert (await ask_a(client, QUESTION)).status_code == 200
    assert [row["fault"] for row in state.journal.rows] == [fault, None]
    # a refused question does not count as asked
    assert state.journal.rows[-1]["nth"] == 1


async def test_faults_in_the_stream(client: httpx.AsyncClient, order: Order) -> None:
    await order("chat-a", "refusal")
    assert len(patched((await ask_a(client, QUESTION)).text).text("RESPONSE")) < 60
    await order("chat-a", "empty")
    assert patched((await ask_a(client, QUESTION)).text).text("RESPONSE") == ""
    await order("chat-a", "bad_json")
    with pytest.raises(ValueError, match=r"delimiter|Expecting"):
        patched((await ask_a(client, QUESTION)).text)
    for fault in ("cut_stream", "hang"):
        await order("chat-a", fault)
        assert "event: finish" not in (await ask_a(client, QUESTION)).text


async def test_the_page_has_the_anchors_of_the_real_one(client: httpx.AsyncClient) -> None:
    page = (await client.get("/chat-a/")).text
    assert "<textarea" in page
    assert page.count("ds-toggle-button ") == 2
    assert all(
        words in page for words in ("深度思考", "智能搜索", 'aria-pressed="false"', "ds-virtual-list--printable")
    )
    assert (await client.get("/chat-a/a/chat/s/0b0c")).text == page
    assert (await client.get("/chat-a/sign_in")).status_code == 200


async def test_a_changed_page_has_no_textarea_once(client: httpx.AsyncClient, order: Order) -> None:
    await order("chat-a", "changed_page")
    assert (await ask_a(client, QUESTION)).status_code == 200
    assert "<textarea" not in (await client.get("/chat-a/")).text
    assert "<textarea" in (await client.get("/chat-a/")).text


async def test_sessions_have_new_identifiers(client: httpx.AsyncClient) -> None:
    ids = {
        (await client.post("/chat-a/api/v0/chat_session/create", json={})).json()["data"]["biz_data"]["id"]
        for _ in range(5)
    }
    assert len(ids) == 5
