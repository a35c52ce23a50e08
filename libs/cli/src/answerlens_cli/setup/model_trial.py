"""Tries a language model with one request of the kind that it will get, and says what keeps it from answering."""

import asyncio
import time
from dataclasses import dataclass
from http import HTTPStatus

import openai
from prometheus_client import REGISTRY
from pydantic import BaseModel

from answerlens_cli.setup import options
from answerlens_cli.setup.errors import SetupError
from answerlens_common.llm import (
    InvalidOutputError,
    LanguageModel,
    LlmSettings,
    ModelUnavailableError,
    RateLimitedError,
    RequestRefusedError,
)
from answerlens_common.llm.client import client_of

TASK = "setup"
_NAMES_SHOWN = 8
_KEY_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class _Sum(BaseModel):
    result: int


@dataclass(frozen=True)
class ModelTrial:
    """What one request took; `settings` are those with which it succeeded."""

    settings: LlmSettings
    seconds: float
    prompt_tokens: int
    completion_tokens: int

    @property
    def told(self) -> str:
        """What it took, in words; what it cost by the prices in the environment, where there are any."""
        prompt, completion = self.settings.prompt_price, self.settings.completion_price
        cost = (self.prompt_tokens * prompt + self.completion_tokens * completion) / 1_000_000
        words = f"{self.seconds:g} s, {self.prompt_tokens} + {self.completion_tokens} tokens"
        return f"{words}, {cost:.6f} of the currency of your prices" if cost else words


def try_model(settings: LlmSettings) -> ModelTrial:
    """Ask once with a schema for the reply, and where the endpoint knows none, once without.

    Raises:
        SetupError: naming the option that is wrong: the address, the key or the model.
    """
    return asyncio.run(_try(settings))


async def _try(settings: LlmSettings) -> ModelTrial:
    try:
        return await _ask(settings)
    except RequestRefusedError as error:
        if error.status in _KEY_REFUSED:
            why = f"the provider refuses this key (status {error.status})"
            raise SetupError(options.LLM_KEY, why) from None
        await _check_name(settings, error.status)
        return await _ask_without_schema(settings, error.status)


async def _ask_without_schema(settings: LlmSettings, status: int) -> ModelTrial:
    try:
        return await _ask(settings.model_copy(update={"reply_format": "json_object"}))
    except RequestRefusedError:
        why = f"{settings.base_url} does not take a request for {settings.model} (status {status})"
        raise SetupError(options.LLM_MODEL, why) from None


async def _ask(settings: LlmSettings) -> ModelTrial:
    before = _tokens("prompt"), _tokens("completion")
    started = time.monotonic()
    try:
        async with LanguageModel(settings) as model:
            await model.ask(TASK, "计算 a 与 b 的和，填入 result。", {"a": 2, "b": 3}, _Sum)
    except ModelUnavailableError as error:
        if error.status is None:
            why = f"nothing answers at {settings.base_url}: is there a network, and is the address right"
        else:
            why = f"{settings.base_url} is in trouble (status {error.status}); try again later"
        raise SetupError(options.LLM_URL, why) from None
    except RateLimitedError:
        why = "the provider wants fewer requests of this key, or more money (429)"
        raise SetupError(options.LLM_KEY, why) from None
    except InvalidOutputError as error:
        why = f"{settings.model} did not answer in the form that was asked for: {error.reason}"
        raise SetupError(options.LLM_MODEL, why) from None
    seconds = round(time.monotonic() - started, 1)
    return ModelTrial(settings, seconds, _tokens("prompt") - before[0], _tokens("completion") - before[1])


async def _check_name(settings: LlmSettings, status: int) -> None:
    """Whether the endpoint has a model of this name, where it lists its models; that one is unknown is worth saying."""
    async with client_of(settings) as client:
        try:
            names = sorted([model.id async for model in client.models.list()])
        except (openai.APIError, ValueError):
            names = []
    if names and settings.model not in names:
        shown = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
        why = f"{settings.base_url} has no model {settings.model} (status {status}); it has {shown}"
        raise SetupError(options.LLM_MODEL, why)


def _tokens(kind: str) -> int:
    return int(REGISTRY.get_sample_value("answerlens_llm_tokens_total", {"task": TASK, "kind": kind}) or 0)
