"""Zhihu's page and interface, as the sandbox plays them, in a real browser."""

import html
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from answerlens_common.breakers import Breakers
from answerlens_common.browser import BrowserSettings
from answerlens_common.errors import AnswerLensError
from answerlens_searcher.source import (
    CaptchaError,
    ChangedShapeError,
    EmptyResultError,
    LoginRequiredError,
    SourceBusyError,
)
from answerlens_searcher.zhihu_api import ZhihuApi, ZhihuApiSettings
from answerlens_searcher.zhihu_page import ZhihuPage, ZhihuSettings
from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(answer_seconds=0.1) as running:
        yield running


@pytest.fixture(scope="module")
def settings(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> ZhihuSettings:
    """A logged-in account that is not patient."""
    state = tmp_path_factory.mktemp("account") / "state.json"
    state.write_text(sandbox.get("/zhihu/storage-state"), encoding="utf-8")
    return ZhihuSettings(url=f"{sandbox.url}/zhihu", storage_state=state, page_seconds=4, pause_seconds=0.05)


@pytest.fixture(scope="module")
async def page(settings: ZhihuSettings) -> AsyncIterator[ZhihuPage]:
    async with ZhihuPage(settings, BrowserSettings(), Breakers(None)) as source:
        yield source


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
