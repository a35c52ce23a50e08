"""The doubles as a page meets them; what their streams come to is a test of the decoders."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from answerlens_sandbox.answer import Answer, Passage, answer
from answerlens_sandbox.doubles import DOUBLES
from answerlens_sandbox.doubles.site import Double, marked
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.world import World

QUESTION = "蓝牙耳机怎么选才不踩坑？"
Order = Callable[..., Awaitable[None]]

each_double = pytest.mark.parametrize("double", DOUBLES, ids=lambda double: double.name)


async def ask(client: httpx.AsyncClient, double: Double) -> httpx.Response:
    path = double.stream.replace("{conversation}", "c1")
    return await client.post(f"/{double.name}{path}", json={"question": QUESTION})


@each_double
async def test_an_answer_is_streamed_journaled_and_shown(
    client: httpx.AsyncClient, state: Outside, double: Double
) -> None:
    response = await ask(client, double)
    given = answer(World(7), double.name, QUESTION, 1)
    assert response.content == double.answered(given, 7, double.name, QUESTION, 1)
    assert response.headers["content-type"] == double.media_type
    assert [(row["kind"], row["engine"], row["question"], row["nth"]) for row in state.journal.rows] == [
        ("ask", double.name, QUESTION, 1)
    ]
    shown = await client.get(f"/{double.name}/shown/{response.headers['x-shown']}")
    assert given.passages[0].text.strip("# ")[:4] in shown.text


@each_double
@pytest.mark.parametrize("fault", ["429", "login", "captcha", "refusal"])
async def test_a_refusal_is_a_stream_that_says_why(
    client: httpx.AsyncClient, order: Order, state: Outside, double: Double, fault: str
) -> None:
    await order(double.name, fault)
    response = await ask(client, double)
    assert (response.status_code, "x-shown" in response.headers) == (200, False)
    assert len(response.content) < 400
    assert (state.asked, state.journal.rows[0]["fault"]) == ({}, fault)
    assert "x-shown" in (await ask(client, double)).headers


@each_double
async def test_other_faults(client: httpx.AsyncClient, order: Order, double: Double) -> None:
    whole = len((await ask(client, double)).content)
    await order(double.name, "500")
    assert (await ask(client, double)).status_code == 500
    await order(double.name, "empty")
    assert len((await ask(client, double)).content) < whole / 2
    for fault in ("cut_stream", "bad_json"):
        await order(double.name, fault)
        assert "x-shown" not in (await ask(client, double)).headers


@each_double
async def test_a_changed_page_has_no_place_to_write(client: httpx.AsyncClient, order: Order, double: Double) -> None:
    page = (await client.get(f"/{double.name}", follow_redirects=True)).text
    assert "data-field" in page
    assert (await client.get(f"/{double.name}/chat/c1")).text == page
    await order(double.name, "changed_page")
    assert "data-field" not in (await client.get(f"/{double.name}/")).text


async def test_a_malformed_question_and_an_unknown_answer(client: httpx.AsyncClient) -> None:
    response = await client.post("/kimi/apiv2/kimi.gateway.chat.v1.ChatService/Chat", json={"q": "x"})
    assert (response.status_code, response.json()["field"]) == (400, "question")
    assert (await client.get("/kimi/shown/0")).status_code == 404


def test_marks_stand_behind_the_passages_that_refer_to_sources() -> None:
    given = Answer((Passage("甲", (1, 2)), Passage("乙")))
    assert marked(given, lambda cites: f"[{len(cites)}]") == "甲[2]\n乙"
