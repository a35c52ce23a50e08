"""Zhihu's official search interface: a key instead of an account and a browser; 1,000 calls a day."""

import re
import time
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_searcher.questions import MOST_QUESTIONS, clean, distinct
from answerlens_searcher.source import (
    ChangedShapeError,
    EmptyResultError,
    LoginRequiredError,
    SourceBusyError,
    SourceQuestion,
)

_QUESTION = re.compile(r"/question/(\d+)")
_REFUSED = {401, 403}


class ZhihuApiSettings(BaseSettings):
    """Where the interface is, and the key to it."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_ZHIHU_API_")

    url: str = Field(default="https://developer.zhihu.com", pattern=r"^https?://")
    key: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=30.0, gt=0)


class ZhihuApi:
    """The official interface as a source of questions."""

    def __init__(self, settings: ZhihuApiSettings) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(base_url=settings.url, timeout=settings.timeout_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def search(self, keyword: str) -> list[SourceQuestion]:
        """At most 100 questions, in the order of the results; one call."""
        try:
            answer = await self._client.get(
                "/api/v1/content/zhihu_search",
                params={"Query": keyword, "Count": MOST_QUESTIONS},
                headers={
                    "Authorization": f"Bearer {self._settings.key.get_secret_value()}",
                    "X-Request-Timestamp": str(int(time.time())),
                },
            )
        except httpx.HTTPError as error:
            raise SourceBusyError(str(error) or type(error).__name__) from error
        questions = distinct(_questions(_items(answer)))
        if not questions:
            raise EmptyResultError(keyword)
        return questions


def _items(answer: httpx.Response) -> list[Any]:
    if answer.status_code in _REFUSED:
        message = "the key was refused (ANSWERLENS_ZHIHU_API_KEY)"
        raise LoginRequiredError(message)
    if answer.is_error:
        message = f"search answered {answer.status_code}"
        raise SourceBusyError(message)
    try:
        items = answer.json()["Data"]["Items"]
    except (ValueError, KeyError, TypeError) as error:
        where = "no Data.Items"
        raise ChangedShapeError(where) from error
    if not isinstance(items, list):
        where = "Data.Items is no list"
        raise ChangedShapeError(where)
    return items


def _questions(items: list[Any]) -> list[SourceQuestion]:
    """The questions behind questions and answers; an article is nobody's question."""
    found = []
    for item in items:
        number = _QUESTION.search(str(item.get("Url", "")))
        if number and item.get("Title"):
            url = f"https://www.zhihu.com/question/{number[1]}"
            found.append(SourceQuestion(clean(str(item["Title"])), number[1], url))
    return found
