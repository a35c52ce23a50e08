"""Zhihu's page and interface, as the sandbox plays them, in a real browser."""

import html

import pytest
from pydantic import SecretStr

from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.errors import AnswerLensError
from answerlens_common.limits.breakers import Breakers
from answerlens_searcher.source import (
    CaptchaError,
    ChangedShapeError,
    EmptyResultError,
    LoginRequiredError,
    SourceBusyError,
)
from answerlens_searcher.zhihu_api import ZhihuApi, ZhihuApiSettings
from answerlens_searcher.zhihu_page import ZhihuPage, ZhihuSettings
from tests.support.sandbox import Sandbox


async def test_the_page_gives_the_questions_of_a_keyword(page: ZhihuPage, sandbox: Sandbox) -> None:
    questions = await page.search("扫地机器人")
    assert 50 <= len(questions) <= 100
    assert len({question.question_id for question in questions}) == len(questions)
    assert all(html.unescape(question.text) == question.text for question in questions)
    assert not any("<em>" in question.text for question in questions)
    assert sum("扫地机器人" in question.text for question in questions) > len(questions) / 2
    rows = [row for row in sandbox.journal() if row["question"] == "扫地机器人"]
    assert [row["kind"] for row in rows].count("search") == 1
    assert all("Chrome/" in row["user_agent"] and row["status"] == 200 for row in rows)


@pytest.mark.case("o7")
@pytest.mark.parametrize("length", [76, 255])
async def test_a_long_keyword_has_questions(page: ZhihuPage, sandbox: Sandbox, length: int) -> None:
    keyword = ("适合小户型和养宠物家庭用的扫地机器人" * 15)[:length]
    settings = ZhihuApiSettings(url=f"{sandbox.url}/zhihu-api", key=SecretStr("any"), count=100)
    async with ZhihuApi(settings) as official:
        for source in (page, official):
            try:
                questions = await source.search(keyword)
            except EmptyResultError as error:
                pytest.fail(f"nothing is found: {error}")
            assert len(questions) >= 50


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("captcha", CaptchaError),
        ("login", LoginRequiredError),
        ("empty", EmptyResultError),
        ("changed_page", ChangedShapeError),
        ("bad_json", ChangedShapeError),
        ("429", SourceBusyError),
        ("500", SourceBusyError),
        ("hang", SourceBusyError),
    ],
)
async def test_what_keeps_questions_from_us_has_a_name(
    page: ZhihuPage, sandbox: Sandbox, fault: str, error: type[AnswerLensError]
) -> None:
    sandbox.order_fault("zhihu", fault, match=f"{fault}耳机")
    with pytest.raises(error):
        await page.search(f"{fault}耳机")


async def test_without_an_account_there_is_a_wall(settings: ZhihuSettings) -> None:
    async with ZhihuPage(
        settings.model_copy(update={"storage_state": None}), BrowserSettings(), Breakers(None)
    ) as source:
        with pytest.raises(LoginRequiredError):
            await source.search("蓝牙耳机")


async def test_the_interface_gives_questions_too(sandbox: Sandbox) -> None:
    settings = ZhihuApiSettings(url=f"{sandbox.url}/zhihu-api", key=SecretStr("any"), count=100)
    async with ZhihuApi(settings) as source:
        questions = await source.search("空气炸锅")
    assert 50 <= len(questions) <= 100
    async with ZhihuApi(settings.model_copy(update={"key": SecretStr("")})) as source:
        with pytest.raises(LoginRequiredError):
            await source.search("空气炸锅")
