import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from answerlens_sandbox.llm import find_object
from answerlens_sandbox.outside import Outside

Order = Callable[..., Awaitable[None]]
BANK = {"keyword": "蓝牙耳机", "intent": "选购推荐", "count": 3, "examples": [], "avoid": []}
SCORES = {"answers": [{"id": "a1", "question": "q", "answer": "x"}, {"id": "a2", "question": "q", "answer": "y"}]}


async def _complete(
    client: httpx.AsyncClient, name: str | None, data: object, schema: dict[str, Any] | None = None
) -> httpx.Response:
    body: dict[str, Any] = {
        "model": "sandbox-chat",
        "messages": [
            {"role": "system", "content": 'Answer like {"intent": "an example"}.'},
            {
                "role": "user",
                "content": f"请处理下面的数据：\n```json\n{json.dumps(data, ensure_ascii=False)}\n```\n谢谢",
            },
        ],
    }
    if name:
        json_schema = {"name": name, "strict": True, "schema": schema or {"type": "object"}}
        body["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    headers = {"authorization": "Bearer k"}
    return await client.post("/v1/chat/completions", json=body, headers=headers)


def _content(response: httpx.Response) -> Any:
    return json.loads(response.json()["choices"][0]["message"]["content"])


async def test_a_task_is_done_and_journaled(client: httpx.AsyncClient, state: Outside) -> None:
    response = await _complete(client, "answer_scores", SCORES)
    assert _content(response) == {"scores": [{"id": "a1", "score": 0}, {"id": "a2", "score": 0}]}
    row = state.journal.rows[0]
    assert {key: row[key] for key in ("kind", "engine", "question", "task", "items", "ids", "model")} == {
        "kind": "llm",
        "engine": None,
        "question": None,
        "task": "answer_scores",
        "items": 2,
        "ids": ["a1", "a2"],
        "model": "sandbox-chat",
    }


async def test_usage_adds_up(client: httpx.AsyncClient) -> None:
    body = (await _complete(client, "bank_questions", BANK)).json()
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["completion_tokens"] > 3
    assert body["choices"][0]["finish_reason"] == "stop"


async def test_the_same_request_gets_the_same_content(client: httpx.AsyncClient) -> None:
    first, second = [await _complete(client, "bank_questions", BANK) for _ in range(2)]
    assert _content(first) == _content(second)


async def test_another_schema_gets_an_instance_of_it(client: httpx.AsyncClient) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 2}}, "required": ["n"]}
    assert _content(await _complete(client, "something", {}, schema)) == {"n": 2}


async def test_without_a_schema_there_is_prose(client: httpx.AsyncClient) -> None:
    content = (await _complete(client, None, {})).json()["choices"][0]["message"]["content"]
    assert 10 < len(content) < 100


async def test_a_key_is_needed(client: httpx.AsyncClient, state: Outside) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
    response = await client.post("/v1/chat/completions", json=body)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"
    assert (await client.get("/v1/models")).status_code == 401
    assert state.journal.rows[0]["status"] == 401


async def test_models_are_listed(client: httpx.AsyncClient) -> None:
    body = (await client.get("/v1/models", headers={"authorization": "Bearer k"})).json()
    assert "sandbox-chat" in [model["id"] for model in body["data"]]


@pytest.mark.parametrize(
    ("body", "field"), [({}, "model"), ({"model": "m", "messages": []}, "messages"), ({"model": "m"}, "messages")]
)
async def test_bad_requests_name_the_field(client: httpx.AsyncClient, body: dict[str, Any], field: str) -> None:
    response = await client.post("/v1/chat/completions", json=body, headers={"authorization": "Bearer k"})
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(field)


async def test_data_that_does_not_fit_its_task_is_refused(client: httpx.AsyncClient) -> None:
    response = await _complete(client, "bank_questions", {**BANK, "count": 0})
    assert response.status_code == 400
    assert "count" in response.json()["error"]["message"]


async def test_faults(client: httpx.AsyncClient, order: Order) -> None:
    await order("llm", "429")
    limited = await _complete(client, "bank_questions", BANK)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "1")
    await order("llm", "500", match="没有这句话")
    assert (await _complete(client, "bank_questions", BANK)).status_code == 200
    await order("llm", "500")
    assert (await _complete(client, "bank_questions", BANK)).status_code == 500
    await order("llm", "bad_json")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        _content(await _complete(client, "bank_questions", BANK))
    await order("llm", "cut_stream")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        (await _complete(client, "bank_questions", BANK)).json()
    await order("llm", "empty")
    assert (await _complete(client, "bank_questions", BANK)).json()["choices"][0]["message"]["content"] == ""
    await order("llm", "refusal")
    message = (await _complete(client, "bank_questions", BANK)).json()["choices"][0]["message"]
    assert message["content"] is None
    assert message["refusal"]


def test_the_object_is_found_among_other_text() -> None:
    text = '格式 {"intents": []}，数据 {坏} <data>{"clusters": [{"cluster": 1}]}</data> {"clusters": 2}'
    assert find_object(text, "clusters") == {"clusters": [{"cluster": 1}]}
    assert find_object("没有", "clusters") == {}
