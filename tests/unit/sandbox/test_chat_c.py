from collections.abc import Awaitable, Callable

import httpx
import pytest

from answerlens_sandbox.answer import answer
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.world import World

QUESTION = "蓝牙耳机怎么选才不踩坑？"
Order = Callable[..., Awaitable[None]]


async def _ask(client: httpx.AsyncClient) -> str:
    response = await client.post("/chat-c/ask", json={"question": QUESTION})
    return str(response.json()["id"])


async def test_an_answer_is_polled(client: httpx.AsyncClient, state: Outside) -> None:
    reply = (await client.get(f"/chat-c/answer/{await _ask(client)}")).json()
    given = answer(World(7), "chat-c", QUESTION, 1)
    assert reply["state"] == "done"
    for source in given.sources:
        assert (source.url.replace("&", "&amp;") in reply["html"]) is source.cited
        assert source.url.replace("&", "&amp;") in reply["references"]
    assert [(row["kind"], row["engine"]) for row in state.journal.rows] == [("ask", "chat-c")]


async def test_while_it_runs_only_a_part_is_shown(client: httpx.AsyncClient, state: Outside) -> None:
    state.answer_seconds = 600
    identifier = await _ask(client)
    reply = (await client.get(f"/chat-c/answer/{identifier}")).json()
    assert reply == {"state": "running", "html": ""}


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500), ("login", 401), ("captcha", 403)])
async def test_refusals(client: httpx.AsyncClient, order: Order, fault: str, status: int) -> None:
    await order("chat-c", fault)
    assert (await client.post("/chat-c/ask", json={"question": QUESTION})).status_code == status


async def test_faults_of_the_answer(client: httpx.AsyncClient, order: Order) -> None:
    seen = {}
    for fault in ("hang", "bad_json", "cut_stream", "empty", "refusal"):
        await order("chat-c", fault)
        seen[fault] = await client.get(f"/chat-c/answer/{await _ask(client)}")
    assert seen["hang"].json()["state"] == "running"
    with pytest.raises(ValueError, match="Unterminated"):
        seen["bad_json"].json()
    assert seen["cut_stream"].status_code == 410
    assert seen["empty"].json()["html"] == ""
    assert len(seen["refusal"].json()["html"]) < 60


async def test_bad_input_names_the_field(client: httpx.AsyncClient) -> None:
    response = await client.post("/chat-c/ask", json={"question": ""})
    assert (response.status_code, response.json()["field"]) == (400, "question")
    assert (await client.get("/chat-c/answer/none")).status_code == 404


async def test_the_page_is_a_plain_form(client: httpx.AsyncClient, order: Order) -> None:
    assert '<input type="text"' in (await client.get("/chat-c/")).text
    await order("chat-c", "changed_page")
    assert '<input type="text"' not in (await client.get("/chat-c/")).text
