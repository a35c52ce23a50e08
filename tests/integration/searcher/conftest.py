"""Zhihu as the sandbox plays it, and a browser that is logged in there."""

from collections.abc import AsyncIterator, Iterator

import pytest

from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.limits.breakers import Breakers
from answerlens_searcher.zhihu_page import ZhihuPage, ZhihuSettings
from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(answer_seconds=0.1) as running:
        yield running


@pytest.fixture(scope="package")
def settings(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> ZhihuSettings:
    """A logged-in account that is not patient."""
    state = tmp_path_factory.mktemp("account") / "state.json"
    state.write_text(sandbox.get("/zhihu/storage-state"), encoding="utf-8")
    return ZhihuSettings(url=f"{sandbox.url}/zhihu", storage_state=state, page_seconds=4, pause_seconds=0.05)


@pytest.fixture(scope="package")
async def page(settings: ZhihuSettings) -> AsyncIterator[ZhihuPage]:
    async with ZhihuPage(settings, BrowserSettings(), Breakers(None)) as source:
        yield source
