"""Each file of kind `api` against a double of its provider: text, sources and outcomes as they are said."""

import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_collector.engines.api import ApiEngine, ApiProfile
from answerlens_collector.engines.api.failures import UnreadableReplyError
from answerlens_collector.engines.api.profile import Limits
from answerlens_collector.engines.engine import Question
from answerlens_collector.site_errors import (
    AnswerTimeoutError,
    BrokenStreamError,
    RateLimitedError,
    SiteError,
    SiteUnavailableError,
)
from answerlens_common.contracts.engines import load_engines
from answerlens_common.contracts.statuses import AnswerStatus
from tests.support.chat_endpoint import ChatEndpoint, Response, chat_endpoint
from tests.support.providers import PROVIDERS, Rounds
from tests.support.providers.moonshot import ARGUMENTS
from tests.support.providers.provider import TEXT

ROOT = Path(__file__).parents[3]
FILES = {file.name: file for file in load_engines(ROOT / "deploy/engines", {}) if file.kind == "api"}
ASKED = Question("哪款降噪耳机好？{model}", dt.date(2026, 12, 1), 1, "降噪耳机")
KEY = "a-secret-key"


@asynccontextmanager
async def asked_at(name: str, seconds: float = 60.0) -> AsyncIterator[tuple[ChatEndpoint, ApiEngine]]:
    """The engine of a file, which asks a double."""
    async with chat_endpoint() as endpoint:
        changes = {"endpoint": endpoint.url, "limits": Limits(seconds=seconds)}
        profile = ApiProfile.of(FILES[name]).model_copy(update=changes)
        async with ApiEngine(profile, {profile.key_variable or "": KEY}) as engine:
            yield endpoint, engine


def _response(said: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(said, ensure_ascii=False).encode(), status)


async def ask(name: str, rounds: Rounds, status: int = 200) -> tuple[Answer, ChatEndpoint]:
    """What the engine makes of these replies."""
    async with asked_at(name) as (endpoint, engine):
        said = iter(rounds)
        endpoint.answer = lambda _: _response(next(said), status)
        async with engine.place(urgent=True) as put:
            return await put(ASKED), endpoint


def test_every_file_has_its_double() -> None:
    assert FILES.keys() == PROVIDERS.keys()


@pytest.mark.parametrize("name", PROVIDERS)
async def test_an_answer_without_a_search(name: str) -> None:
    answer, endpoint = await ask(name, PROVIDERS[name].plain)
    assert (answer.status, answer.text, answer.links, answer.search_ran) == (AnswerStatus.OK, TEXT, (), False)
    assert answer.requested_model == FILES[name].model_dump()["model"]
    assert f"authorization: Bearer {KEY}".lower() in endpoint.heads[0].lower()
    assert ASKED.text in json.dumps(endpoint.asked[0], ensure_ascii=False), (
        "the question as it is, and nothing filled in"
    )
    assert endpoint.asked[0]["model"] == answer.requested_model


@pytest.mark.parametrize("name", PROVIDERS)
async def test_an_answer_with_its_sources(name: str) -> None:
    said = PROVIDERS[name]
    answer, _ = await ask(name, said.searched)
    assert (answer.status, answer.text, answer.search_ran) == (AnswerStatus.OK, TEXT, True)
    assert (answer.links, answer.citations_known) == (said.links, said.citations_known)
    assert (answer.queries, answer.served_model) == (said.queries, said.served)
    assert (answer.prompt_tokens, answer.completion_tokens) == said.tokens


@pytest.mark.parametrize(("name", "end"), [(name, end) for name, said in PROVIDERS.items() for end in said.ends])
async def test_what_is_no_answer(name: str, end: str) -> None:
    replies = PROVIDERS[name].ends[end]
    if end in {"unavailable", "rate_limited"}:
        with pytest.raises(SiteUnavailableError if end == "unavailable" else RateLimitedError, match=name):
            await ask(name, replies)
        return
    answer, _ = await ask(name, replies)
    expected = AnswerStatus.FAILED if end in {"cut_off", "failed"} else AnswerStatus.REFUSED
    assert answer.status is expected
    assert answer.error is None or name in answer.error


@pytest.mark.parametrize(("name", "what"), [(name, what) for name, said in PROVIDERS.items() for what in said.errors])
async def test_what_an_error_means(name: str, what: str) -> None:
    status, body = PROVIDERS[name].errors[what]
    answer, _ = await ask(name, [body], status)
    expected = {
        "login_required": AnswerStatus.LOGIN_REQUIRED,
        "no_balance": AnswerStatus.LOGIN_REQUIRED,
        "filtered": AnswerStatus.REFUSED,
    }
    assert answer.status is expected.get(what, AnswerStatus.FAILED)
    assert f"HTTP {status}" in (answer.error or "")
    assert answer.text == ""


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_provider_that_is_busy_is_asked_again_when_it_says(name: str) -> None:
    async with asked_at(name) as (endpoint, engine):
        replies = [Response(b"{}", 429, ("retry-after: 0",)), *map(_response, PROVIDERS[name].searched)]
        endpoint.answer = lambda _: replies[len(endpoint.asked) - 1]
        async with engine.place(urgent=True) as put:
            answer = await put(ASKED)
    assert (answer.status, answer.text) == (AnswerStatus.OK, TEXT)
    assert len(endpoint.asked) == len(replies)


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"body": b"<html>busy</html>"}, UnreadableReplyError),
        ({"cut": 100}, BrokenStreamError),
        ({"delay": 1.0}, AnswerTimeoutError),
    ],
    ids=["malformed", "cut", "slow"],
)
async def test_a_reply_that_is_not_whole_is_none(name: str, change: dict[str, Any], failure: type[SiteError]) -> None:
    async with asked_at(name, seconds=0.5) as (endpoint, engine):
        response = replace(_response(PROVIDERS[name].plain[0]), **change)
        endpoint.answer = lambda _: response
        async with engine.place(urgent=True) as put:
            with pytest.raises(failure):
                await put(ASKED)


async def test_a_tool_of_the_provider_is_told_its_own_arguments() -> None:
    answer, endpoint = await ask("kimi-api", PROVIDERS["kimi-api"].searched)
    assert answer.text == TEXT
    first, second = endpoint.asked
    call = PROVIDERS["kimi-api"].searched[0]["choices"][0]["message"]
    result = {"role": "tool", "tool_call_id": "call_1", "name": "$web_search", "content": ARGUMENTS}
    assert second["messages"] == [*first["messages"], call, result]
    assert {**second, "messages": first["messages"]} == first


async def test_a_provider_that_calls_tools_for_ever_is_left() -> None:
    calling = PROVIDERS["kimi-api"].searched[0]
    answer, endpoint = await ask("kimi-api", [calling] * 10)
    assert (answer.status, len(endpoint.asked)) == (AnswerStatus.FAILED, 6)
    assert "after 5 rounds" in (answer.error or "")
