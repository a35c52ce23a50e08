"""Zhihu's official search interface: a key instead of an account and a browser.

A call gives few results and there is no second page, so what people look for beside the keyword is searched too, until
there are questions enough. That is a dozen of the 1,000 calls that a key has a day.
"""

import re
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_searcher.questions import MOST_QUESTIONS, clean, distinct
from answerlens_searcher.source import (
    ChangedShapeError,
    EmptyResultError,
    LoginRequiredError,
    SourceBusyError,
    SourceQuestion,
)

FACETS = (
    "",
    "推荐",
    "怎么选",
    "哪个牌子好",
    "值得买吗",
    "区别",
    "性价比",
    "避坑",
    "怎么用",
    "常见问题",
    "评价",
    "价格",
)
ENOUGH_QUESTIONS = 50
_QUESTION = re.compile(r"/question/(\d+)")
_REFUSED = {401, 403}


class ZhihuApiSettings(BaseSettings):
    """Where the interface is, and the key to it."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_ZHIHU_API_")

    url: str = Field(default="https://developer.zhihu.com", pattern=r"^https?://")
    key: SecretStr = SecretStr("")
    count: int = Field(default=10, ge=1, le=100, description="results a call; the interface is said to give 10 at most")
    timeout_seconds: float = Field(default=30.0, gt=0)


# A server may close a connection that has been idle for five seconds, the client's own limit too, while a request is
# on its way.
_CONNECTIONS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0)


class ZhihuApi:
    """The official interface as a source of questions."""

    def __init__(self, settings: ZhihuApiSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(
            base_url=settings.url, timeout=settings.timeout_seconds, limits=_CONNECTIONS, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def search(self, keyword: str, _known: Sequence[SourceQuestion] = (), /) -> list[SourceQuestion]:
        """At most 100 questions, those of the keyword itself first."""
        if not self._settings.key.get_secret_value():
            message = "there is no key (ANSWERLENS_ZHIHU_API_KEY)"
            raise LoginRequiredError(message)
        found: list[SourceQuestion] = []
        for facet in FACETS:
            asked = _questions(await self._call(f"{keyword} {facet}".strip()))
            found = distinct([*found, *asked], keyword)
            if len(found) >= ENOUGH_QUESTIONS:
                break
        if not found:
            raise EmptyResultError(keyword)
        return found[:MOST_QUESTIONS]

    async def _call(self, query: str) -> list[Any]:
        try:
            answer = await self._client.get(
                "/api/v1/content/zhihu_search",
                params={"Query": query, "Count": self._settings.count},
                headers={
                    "Authorization": f"Bearer {self._settings.key.get_secret_value()}",
                    "X-Request-Timestamp": str(int(time.time())),
                },
            )
        except httpx.HTTPError as error:
            raise SourceBusyError(str(error) or type(error).__name__) from error
        return _items(answer)


def _items(answer: httpx.Response) -> list[Any]:
    if answer.status_code in _REFUSED:
        message = "the key was refused (ANSWERLENS_ZHIHU_API_KEY)"
        raise LoginRequiredError(message)
    if answer.is_error:
        message = f"search answered {answer.status_code}"
        raise SourceBusyError(message)
    try:
        body = answer.json()
        code = body["Code"]
        items = body["Data"]["Items"] if code == 0 else None
        empty = code == 0 and items is None and body["Data"].get("EmptyReason")
    except (ValueError, KeyError, TypeError) as error:
        where = "no Code with Data.Items"
        raise ChangedShapeError(where) from error
    if code != 0:
        message = f"search answered code {code}: {body.get('Message')}"
        raise SourceBusyError(message)
    if empty:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        where = "Data.Items is no list of objects"
        raise ChangedShapeError(where)
    return items


def _questions(items: list[Any]) -> list[SourceQuestion]:
    """The questions behind questions and answers; an article is not a question."""
    found = []
    for item in items:
        number = _QUESTION.search(str(item.get("Url", "")))
        if number and item.get("Title"):
            url = f"https://www.zhihu.com/question/{number[1]}"
            found.append(SourceQuestion(clean(str(item["Title"])), number[1], url, QuestionOrigin.ZHIHU_API))
    return found
