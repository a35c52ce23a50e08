"""An engine of kind `api` in a provider's bad hours: slow, cut off, busy, malformed, too long; and its key."""

import asyncio
import datetime as dt
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_collector.engines.api import ApiEngine, ApiProfile
from answerlens_collector.engines.api.failures import UnreadableReplyError
from answerlens_collector.engines.engine import Question
from answerlens_collector.site_errors import (
    AnswerTimeoutError,
    BrokenStreamError,
    RateLimitedError,
    SiteError,
    SiteUnavailableError,
)
from answerlens_common.contracts.engines import EngineFile
from answerlens_common.contracts.statuses import AnswerStatus
from tests.support.chat_endpoint import ChatEndpoint, Response, chat_endpoint, saying

ASKED = Question("哪款好？", dt.date(2026, 12, 1), 1, "耳机")
KEY = "sk-very-secret"
FILE: dict[str, Any] = {
    "name": "some-api",
    "kind": "api",
    "surface": "api",
    "verified": "by tests",
    "key": "${SOME_KEY}",
    "model": "m",
    "body": {"model": "{model}", "messages": [{"role": "user", "content": "{question}"}]},
    "reply": {
        "text": "choices[0].message.content",
        "served_model": "model",
        "usage": {"prompt": "usage.prompt_tokens", "completion": "usage.completion_tokens"},
    },
    "finish": {"reason": "choices[0].finish_reason", "whole": ["stop"], "cut_off": ["length"]},
    "price": {"currency": "CNY", "prompt": 2, "completion": 8, "question": 0.01},
    "retry_after": {"most_seconds": 1},
}


@asynccontextmanager
async def engine_at(**changes: Any) -> AsyncIterator[tuple[ChatEndpoint, ApiEngine]]:
    async with chat_endpoint() as endpoint:
        file = EngineFile.model_validate({**FILE, "endpoint": endpoint.url, **changes})
        async with ApiEngine(ApiProfile.of(file), {"SOME_KEY": KEY}) as engine:
            yield endpoint, engine


async def put(engine: ApiEngine) -> Answer:
    async with engine.place(urgent=False) as ask:
        return await ask(ASKED)


async def test_what_an_answer_costs() -> None:
    async with engine_at() as (endpoint, engine):
        endpoint.answer = lambda _: saying("好")
        answer = await put(engine)
    assert (answer.prompt_tokens, answer.completion_tokens) == (100, 50)
    assert answer.cost == pytest.approx((100 * 2 + 50 * 8) / 1e6 + 0.01)
    assert (answer.requested_model, answer.served_model, answer.citations_known) == ("m", "m", False)


async def test_the_same_question_is_asked_each_time() -> None:
    async with engine_at() as (endpoint, engine):
        endpoint.answer = lambda _: saying(f"第 {len(endpoint.asked)} 次")
        assert [(await put(engine)).text for _ in range(2)] == ["第 1 次", "第 2 次"]


@pytest.mark.parametrize(
    ("response", "failure"),
    [
        (Response(b"{}", 500), SiteUnavailableError),
        (Response(json.dumps({"error": {"message": f"you sent {KEY}"}}).encode(), 500), SiteUnavailableError),
        (Response(b"<html>", 503), SiteUnavailableError),
        (Response(b"{}", 429), RateLimitedError),
        (Response(b"{}", 408), SiteUnavailableError),
        (Response(b"", 200), UnreadableReplyError),
        (Response(b"<html>", 200), UnreadableReplyError),
        (Response(b'{"choices": [', 200), UnreadableReplyError),
        (Response(b"[" * 100_000, 200), UnreadableReplyError),
        (Response(b"[]", 200), UnreadableReplyError),
        (Response(b'{"choices": [{"finish_reason": "stop", "message": {"content": {}}}]}'), UnreadableReplyError),
        (Response(b'{"choices": [{"finish_reason": {}, "message": {"content": "x"}}]}'), UnreadableReplyError),
        (Response(b'{"choices": [{"message": {"content": "x"}}]}'), BrokenStreamError),
        (Response(b"{}"), BrokenStreamError),
        (Response(b'{"error": {"message": "busy"}}'), SiteUnavailableError),
        (saying("好" * 100, cut=60), BrokenStreamError),
        (saying("好", cut=0), SiteUnavailableError),
        (saying("好" * 5000), UnreadableReplyError),
    ],
)
async def test_what_may_be_better_later_is_raised(response: Response, failure: type[SiteError]) -> None:
    async with engine_at(limits={"reply_bytes": 5000}) as (endpoint, engine):
        endpoint.answer = lambda _: response
        with pytest.raises(failure, match=r"^some-api: ") as raised:
            await put(engine)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("response", "status", "words"),
    [
        (Response(b"", 301, ("location: http://127.0.0.1:1/",)), AnswerStatus.FAILED, "sends elsewhere"),
        (Response(b"{}", 400), AnswerStatus.FAILED, "does not accept"),
        (Response(f'{{"error": "{KEY}"}}'.encode(), 401), AnswerStatus.LOGIN_REQUIRED, "the key was refused"),
        (Response(b"{}", 402), AnswerStatus.LOGIN_REQUIRED, "balance"),
        (Response(b"{}", 403), AnswerStatus.LOGIN_REQUIRED, "may not use"),
        (Response(b"{}", 404), AnswerStatus.FAILED, "no such address or model"),
        (saying("", status=200), AnswerStatus.EMPTY, "no text"),
        (saying(None, status=200), AnswerStatus.EMPTY, "no text"),
    ],
)
async def test_what_stays_so_is_an_outcome(response: Response, status: AnswerStatus, words: str) -> None:
    async with engine_at() as (endpoint, engine):
        endpoint.answer = lambda _: response
        answer = await put(engine)
    assert answer.status is status
    assert words in (answer.error or "")
    assert KEY not in repr(answer)
    assert len(endpoint.asked) == 1


async def test_a_slow_provider_is_left_in_time() -> None:
    async with engine_at(limits={"seconds": 0.3}) as (endpoint, engine):
        endpoint.answer = lambda _: saying("好" * 50, delay=0.05, piece=1)
        with pytest.raises(AnswerTimeoutError, match=r"no complete answer after 0\.3 s"):
            await put(engine)


async def test_nothing_listens() -> None:
    async with engine_at(endpoint="http://127.0.0.1:1/v1") as (_, engine):
        with pytest.raises(SiteUnavailableError, match="no reply: ConnectError"):
            await put(engine)


async def test_a_provider_that_says_when_is_asked_again_then() -> None:
    """The other questions of the process wait with the one that was told."""
    async with engine_at(pacing={"parallel": 1}) as (endpoint, engine):
        busy = Response(b"{}", 429, ("retry-after: 0.4",))
        endpoint.answer = lambda _: busy if len(endpoint.asked) == 1 else saying("好")
        answers = await asyncio.gather(put(engine), put(engine))
    assert [answer.text for answer in answers] == ["好", "好"]
    first, again, other = endpoint.moments
    assert again - first >= 0.4
    assert other >= again


@pytest.mark.parametrize("header", ["retry-after: 30", "retry-after: Wed, 01 Jan 2200 00:00:00 GMT"])
async def test_a_long_wait_is_for_later(header: str) -> None:
    async with engine_at() as (endpoint, engine):
        endpoint.answer = lambda _: Response(b"{}", 503, (header,))
        with pytest.raises(SiteUnavailableError):
            await put(engine)
        started = time.monotonic()
        endpoint.answer = lambda _: saying("好")
        assert (await put(engine)).text == "好"
    assert time.monotonic() - started >= 0.5, "the next question waits as long as is waited at most"
    assert len(endpoint.asked) == 2


async def test_waits_are_few() -> None:
    async with engine_at() as (endpoint, engine):
        endpoint.answer = lambda _: Response(b"{}", 429, ("retry-after: 0",))
        with pytest.raises(RateLimitedError):
            await put(engine)
    assert len(endpoint.asked) == 3


async def test_without_its_key_an_engine_asks_nothing() -> None:
    async with chat_endpoint() as endpoint:
        file = EngineFile.model_validate({**FILE, "endpoint": endpoint.url})
        async with ApiEngine(ApiProfile.of(file), {}) as engine:
            answer = await put(engine)
    assert answer.status is AnswerStatus.LOGIN_REQUIRED
    assert "the collector's environment has no SOME_KEY" in (answer.error or "")
    assert endpoint.asked == []


def chunks(*deltas: dict[str, Any], end: str = "stop") -> bytes:
    """A stream of a completion: its deltas, its end, its usage."""
    said: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    said += [{"choices": [{"index": 0, "delta": {}, "finish_reason": end}]}]
    said += [{"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}, "model": "m-2"}]
    events = [f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in said]
    return ("".join(events) + "data: [DONE]\n\n").encode()


async def test_a_stream_that_is_cut_at_any_byte_is_the_whole_answer_or_none() -> None:
    text = "索尼好😀，漫步者便宜。"
    done = chunks(*({"content": letter} for letter in text))
    body = done + b": bye\n\n"
    async with engine_at(stream="chat", pacing={"parallel": 20}) as (endpoint, engine):
        cuts = iter(range(len(body)))
        endpoint.answer = lambda _: Response(body, cut=next(cuts))
        said = await asyncio.gather(*(put(engine) for _ in range(len(body))), return_exceptions=True)
    answers = [one for one in said if isinstance(one, Answer)]
    assert all(isinstance(one, Answer | SiteError) for one in said), said
    assert {(one.status, one.text, one.served_model) for one in answers} == {(AnswerStatus.OK, text, "m-2")}
    assert len(answers) == len(body) - len(done), "what is cut after the end of the stream is whole"


async def test_a_tool_is_called_and_answered_in_streams() -> None:
    def call(**told: str) -> dict[str, Any]:
        return {"tool_calls": [{"index": 0, "id": "c1", "type": "builtin_function", "function": told}]}

    calling = chunks(call(name="$web_search", arguments='{"q"'), call(arguments=": 1}"), end="tool_calls")
    loop = {"reason": "tool_calls", "echo": ["$web_search"]}
    async with engine_at(stream="chat", tool_loop=loop) as (endpoint, engine):
        endpoint.answer = lambda _: Response(calling if len(endpoint.asked) == 1 else chunks({"content": "好"}))
        answer = await put(engine)
    assert (answer.status, answer.text, answer.search_ran) == (AnswerStatus.OK, "好", True)
    assert endpoint.asked[1]["messages"][-1] == {
        "role": "tool",
        "tool_call_id": "c1",
        "name": "$web_search",
        "content": '{"q": 1}',
    }
    assert (answer.prompt_tokens, answer.completion_tokens) == (6, 8)


async def test_an_answer_that_is_cut_off_in_a_stream_is_none() -> None:
    async with engine_at(stream="chat") as (endpoint, engine):
        endpoint.answer = lambda _: Response(chunks({"content": "索尼"}, end="length"))
        answer = await put(engine)
    assert answer.status is AnswerStatus.FAILED
    assert "cut off (length)" in (answer.error or "")
