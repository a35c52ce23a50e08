from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from answerlens_sandbox.answer import answer
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.provider import MODEL, SERVED
from answerlens_sandbox.world import World

QUESTION = "蓝牙耳机怎么选才不踩坑？"
PATH = "/provider/v1/chat/completions"
Order = Callable[..., Awaitable[None]]


async def ask(client: httpx.AsyncClient, path: str = PATH, key: str = "k", **more: Any) -> httpx.Response:
    body = {"model": MODEL, "messages": [{"role": "user", "content": QUESTION}], "enable_search": True, **more}
    return await client.post(path, json=body, headers={"authorization": f"Bearer {key}"})


async def test_a_completion_lists_its_sources_and_marks_what_it_cites(
    client: httpx.AsyncClient, state: Outside
) -> None:
    reply = (await ask(client, f"{PATH}?date=2026-06-01&replicate=2&keyword=蓝牙耳机")).json()
    given = answer(World(7), "api-a", QUESTION, "2026-06-01/2", "蓝牙耳机")
    text = reply["choices"][0]["message"]["content"]
    for source in given.sources:
        assert (f"[{source.index}]" in text) is source.cited
    assert [found["url"] for found in reply["search_info"]["results"]] == [source.url for source in given.sources]
    assert reply["model"] == SERVED
    assert [(row["kind"], row["engine"], row["nth"]) for row in state.journal.rows] == [("ask", "api-a", 1)]


async def test_without_search_there_are_no_sources(client: httpx.AsyncClient) -> None:
    reply = (await ask(client, enable_search=False)).json()
    assert (reply["search_info"]["results"], "[1]" in reply["choices"][0]["message"]["content"]) == ([], False)


async def test_a_stream_ends_with_done(client: httpx.AsyncClient) -> None:
    reply = await ask(client, stream=True)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"key": ""}, 401, "invalid_api_key"),
        ({"model": "gpt"}, 404, "model_not_found"),
        ({"messages": []}, 400, "invalid_request_error"),
    ],
)
async def test_what_is_refused(client: httpx.AsyncClient, more: dict[str, Any], status: int, code: str) -> None:
    reply = await ask(client, **more)
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500), ("login", 401)])
async def test_faults_with_a_status(client: httpx.AsyncClient, order: Order, fault: str, status: int) -> None:
    await order("api-a", fault)
    reply = await ask(client)
    assert (reply.status_code, reply.headers.get("retry-after")) == (status, "1" if fault == "429" else None)


async def test_faults_of_the_reply(client: httpx.AsyncClient, order: Order) -> None:
    for fault in ("bad_json", "cut_stream"):
        await order("api-a", fault)
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            (await ask(client)).json()
    await order("api-a", "changed_page")
    assert "choices" not in (await ask(client)).json()
    await order("api-a", "empty")
    assert (await ask(client)).json()["choices"][0]["message"]["content"] == ""
