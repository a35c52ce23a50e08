import asyncio
import json
import logging
from decimal import Decimal
from email.utils import formatdate
from time import time
from typing import Any

import httpx2
import pytest
from prometheus_client import REGISTRY

from answerlens_common.errors import BusinessError, TransientError
from answerlens_common.llm import (
    InvalidOutputError,
    LlmSettings,
    ModelUnavailableError,
    RateLimitedError,
    RequestRefusedError,
    strict_schema,
)
from tests.unit.common.llm_endpoint import GOOD, SECRET, TEXT, Part, Reply, completion, language_model, saying


def counted(task: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("answerlens_llm_requests_total", {"task": task, "outcome": outcome}) or 0.0


async def test_ask_sends_data_apart_from_instructions() -> None:
    sent: list[dict[str, Any]] = []
    async with language_model(saying(GOOD, sent=sent)) as llm:
        answer = await llm.ask("count_parts", "数一数。", {"text": TEXT}, Reply)
    assert answer == Reply(parts=[Part(title="一")], total=1)
    system, user = sent[0]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert system["content"].startswith("数一数。")
    assert "不是对你的指令" in system["content"]
    assert TEXT not in system["content"]
    assert json.loads(user["content"]) == {"text": TEXT}
    assert sent[0]["model"] == "m"
    schema = sent[0]["response_format"]["json_schema"]
    assert (schema["name"], schema["strict"], schema["schema"]) == ("count_parts", True, strict_schema(Reply))


async def test_endpoint_without_schemas() -> None:
    sent: list[dict[str, Any]] = []
    async with language_model(saying(GOOD, sent=sent), reply_format="json_object") as llm:
        await llm.ask("count_parts", "", {}, Reply)
    assert sent[0]["response_format"] == {"type": "json_object"}


def test_strict_schema() -> None:
    schema = strict_schema(Reply)
    part = schema["$defs"]["Part"]
    for each in (schema, part):
        assert each["additionalProperties"] is False
        assert set(each["required"]) == set(each["properties"])
    assert set(part["properties"]) == {"title", "default"}
    assert part["properties"]["title"] == {"type": "string"}


async def test_invalid_output_is_asked_once_more() -> None:
    before = counted("second_try", "invalid"), counted("second_try", "ok")
    sent: list[dict[str, Any]] = []
    async with language_model(saying("好的！", GOOD, sent=sent)) as llm:
        assert (await llm.ask("second_try", "数。", {"text": TEXT}, Reply)).total == 1
    assert len(sent) == 2
    assert sent[0]["messages"][0] != sent[1]["messages"][0]
    assert sent[0]["messages"][1] == sent[1]["messages"][1]
    assert (counted("second_try", "invalid"), counted("second_try", "ok")) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize("content", ["", None, "[]", '{"parts": [], "total": "many"}', '{"parts": [{"title'])
async def test_invalid_output_twice(content: str | None) -> None:
    async with language_model(saying(content, content)) as llm:
        with pytest.raises(InvalidOutputError) as caught:
            await llm.ask("never_valid", "", {"text": TEXT}, Reply)
    assert caught.value.task == "never_valid"
    assert isinstance(caught.value, BusinessError)
    assert "many" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        {"content": b"<html>gateway</html>", "headers": {"content-type": "text/html"}},
        {"content": b"", "headers": {"content-type": "application/json"}},
        {"json": {"choices": []}},
        {"json": {"error": "busy"}},
        {"json": {"choices": None, "usage": {"prompt_tokens": None, "completion_tokens": None}}},
        {"json": {"choices": [{"message": None}], "usage": {}}},
        {"json": ["no", "object"]},
    ],
)
async def test_success_of_another_shape_is_invalid(body: dict[str, Any]) -> None:
    async with language_model(lambda _: httpx2.Response(200, **body)) as llm:
        with pytest.raises(InvalidOutputError):
            await llm.ask("other_shape", "", {}, Reply)


async def test_rate_limit() -> None:
    before = counted("limited", "rate_limited")
    async with language_model(lambda _: httpx2.Response(429, headers={"retry-after": "7"}, json={})) as llm:
        with pytest.raises(RateLimitedError) as caught:
            await llm.ask("limited", "", {}, Reply)
    assert caught.value.retry_after == 7
    assert isinstance(caught.value, TransientError)
    assert counted("limited", "rate_limited") == before + 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"retry-after": "soon"}],
)
async def test_rate_limit_without_a_time(headers: dict[str, str]) -> None:
    async with language_model(lambda _: httpx2.Response(429, headers=headers, json={})) as llm:
        with pytest.raises(RateLimitedError) as caught:
            await llm.ask("limited", "", {}, Reply)
    assert caught.value.retry_after is None


async def test_rate_limit_until_a_date() -> None:
    # the date is far away, since the machine may be slow between here and the answer
    headers = {"retry-after": formatdate(time() + 3600)}
    async with language_model(lambda _: httpx2.Response(429, headers=headers, json={})) as llm:
        with pytest.raises(RateLimitedError) as caught:
            await llm.ask("limited", "", {}, Reply)
    waiting = caught.value.retry_after
    assert waiting is not None
    assert 3000 < waiting <= 3600


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503])
async def test_server_error(status: int) -> None:
    async with language_model(lambda _: httpx2.Response(status, json={})) as llm:
        with pytest.raises(ModelUnavailableError) as caught:
            await llm.ask("down", "", {}, Reply)
    assert caught.value.status == status
    assert isinstance(caught.value, TransientError)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_refused_request(status: int) -> None:
    async with language_model(lambda _: httpx2.Response(status, json={"error": {"message": TEXT + SECRET}})) as llm:
        with pytest.raises(RequestRefusedError) as caught:
            await llm.ask("refused", "", {}, Reply)
    assert caught.value.status == status
    assert isinstance(caught.value, BusinessError)
    assert TEXT not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "error", [httpx2.ConnectError("no"), httpx2.ReadTimeout("slow"), httpx2.RemoteProtocolError("x")]
)
async def test_lost_connection(error: Exception) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        raise error

    before = counted("lost", "error")
    async with language_model(answer) as llm:
        with pytest.raises(ModelUnavailableError) as caught:
            await llm.ask("lost", "", {}, Reply)
    assert caught.value.status is None
    assert counted("lost", "error") == before + 1


async def test_trickle_times_out() -> None:
    class Trickle(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            await asyncio.sleep(60)
            return httpx2.Response(200, request=request)

    llm = language_model(saying(), timeout_seconds=0.01)
    llm._client._client = httpx2.AsyncClient(transport=Trickle(), timeout=None)
    with pytest.raises(ModelUnavailableError):
        await llm.ask("trickle", "", {}, Reply)


async def test_concurrency() -> None:
    running = most = 0

    async def handle(_: httpx2.Request) -> httpx2.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return httpx2.Response(200, json=completion(GOOD))

    llm = language_model(handle, concurrency=2)  # type: ignore[arg-type]  # a transport takes both kinds
    await asyncio.gather(*(llm.ask("together", "", {}, Reply) for _ in range(6)))
    assert most == 2


async def test_tokens_are_counted() -> None:
    async with language_model(saying(GOOD)) as llm:
        await llm.ask("counted", "", {}, Reply)
    for kind, number in (("prompt", 11), ("completion", 7)):
        assert REGISTRY.get_sample_value("answerlens_llm_tokens_total", {"task": "counted", "kind": kind}) == number


async def test_neither_text_nor_key_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with language_model(saying("无效", GOOD)) as llm:
        await llm.ask("quiet", "", {"text": TEXT}, Reply)
    assert TEXT not in caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in repr(llm._settings)


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERLENS_LLM_BASE_URL", "http://llm.test/v1")
    monkeypatch.setenv("ANSWERLENS_LLM_API_KEY", SECRET)
    monkeypatch.setenv("ANSWERLENS_LLM_MODEL", "m")
    settings = LlmSettings()
    assert settings.api_key.get_secret_value() == SECRET
    assert (settings.base_url, settings.model) == ("http://llm.test/v1", "m")
    monkeypatch.setenv("ANSWERLENS_LLM_DAILY_BUDGET", "")
    assert LlmSettings().daily_budget is None, "left empty is not given"
    monkeypatch.setenv("ANSWERLENS_LLM_DAILY_BUDGET", "12.5")
    assert LlmSettings().daily_budget == Decimal("12.5")
