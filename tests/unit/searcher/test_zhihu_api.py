from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from answerlens_common.errors import AnswerLensError
from answerlens_searcher.source import (
    ChangedShapeError,
    EmptyResultError,
    LoginRequiredError,
    SourceBusyError,
    SourceQuestion,
)
from answerlens_searcher.zhihu_api import FACETS, ZhihuApi, ZhihuApiSettings

Answer = Callable[[httpx.Request], httpx.Response]


async def search(answer: Answer, keyword: str = "蓝牙耳机") -> list[SourceQuestion]:
    settings = ZhihuApiSettings(url="https://api.example", key=SecretStr("k"))
    async with ZhihuApi(settings, httpx.MockTransport(answer)) as source:
        return await source.search(keyword)


def body(items: Any, code: int = 0) -> httpx.Response:
    return httpx.Response(200, json={"Code": code, "Message": "m", "Data": {"Items": items, "EmptyReason": "none"}})


def item(number: int, title: str, path: str = "question/{}/answer/1") -> dict[str, Any]:
    return {"Title": title, "ContentType": "Answer", "Url": f"https://www.zhihu.com/{path.format(number)}"}


async def test_the_keyword_is_searched_with_its_facets_until_there_is_enough() -> None:
    calls: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        first = len(calls) * 100
        return body([item(first + n, f"蓝牙耳机第{first + n}问") for n in range(20)])

    questions = await search(answer)
    assert len(questions) == 60
    assert [call.url.params["Query"] for call in calls] == ["蓝牙耳机", "蓝牙耳机 推荐", "蓝牙耳机 怎么选"]
    assert {call.url.params["Count"] for call in calls} == {"10"}
    assert calls[0].headers["authorization"] == "Bearer k"
    assert calls[0].headers["x-request-timestamp"].isdecimal()


async def test_few_questions_are_what_there_is() -> None:
    items = [
        item(1, "<em>蓝牙耳机</em>好吗"),
        item(1, "蓝牙耳机好吗"),
        item(2, "蓝牙耳机好呢"),
        item(3, "选购指南", "p/{}"),
        item(4, ""),
    ]
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["Query"])
        return body(items)

    assert [question.question_id for question in await search(answer)] == ["1"]
    assert len(asked) == len(FACETS)


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(401, json={"Code": 30001}), LoginRequiredError),
        (httpx.Response(403, text="no"), LoginRequiredError),
        (httpx.Response(429, json={}), SourceBusyError),
        (httpx.Response(500, text="oops"), SourceBusyError),
        (body(None, code=50000), SourceBusyError),
        (httpx.Response(200, text="<html>"), ChangedShapeError),
        (httpx.Response(200, json={"code": 0, "result": []}), ChangedShapeError),
        (body("items"), ChangedShapeError),
        (body(["item"]), ChangedShapeError),
        (body(None), EmptyResultError),
        (body([]), EmptyResultError),
    ],
)
async def test_what_is_no_result_has_its_own_error(response: httpx.Response, error: type[AnswerLensError]) -> None:
    with pytest.raises(error):
        await search(lambda _: response)


async def test_no_answer_in_time_may_pass() -> None:
    def late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout(request.url.path, request=request)

    with pytest.raises(SourceBusyError, match="zhihu_search"):
        await search(late)
