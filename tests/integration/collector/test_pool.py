"""Warm pages over browsers that crash, hang and end."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Page
from prometheus_client import REGISTRY

from answerlens_collection.answers.answer import Answer
from answerlens_collector import pool as pool_module
from answerlens_collector.driver import ask
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_common.browser import chromium as browser_module
from answerlens_common.browser.chromium import BrowserSettings, ManagedBrowser
from answerlens_common.browser.errors import BrowserCrashedError, CrashScope, StorageStateError, page_errors
from answerlens_common.browser.processes import private_memory
from answerlens_common.limits.breakers import Breakers
from tests.support.sandbox import Sandbox


def group_of(page: Page, pool: PagePool) -> int:
    """The process group of the browser that has the page."""
    return next(host.browser.processes.group for host in pool._hosts if host.browser._browser is page.context.browser)


def members(group: int) -> list[int]:
    """The processes of a browser's group, zombies too, and whatever else of a browser it has left to us dead."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                name, _, rest = (folder / "stat").read_text(encoding="utf-8").rpartition(")")
            except OSError:
                continue
            state, parent, its_group = rest.split()[:3]
            if int(its_group) == group or (int(parent) == os.getpid() and "chrom" in name and state == "Z"):
                found.append(int(folder.name))
    return found


def crashes() -> float:
    return REGISTRY.get_sample_value("answerlens_browser_crashes_total") or 0.0


async def test_a_browser_that_is_killed_while_it_rests_leaves_nothing(profiles: dict[str, SiteProfile]) -> None:
    async with PagePool(profiles["chat-a"], BrowserSettings(), Breakers(None)) as pool:
        async with pool.page() as page:
            group = group_of(page, pool)
        for pid in members(group):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            while members(group):  # noqa: ASYNC110 - the kernel tells of nothing
                await asyncio.sleep(0.1)


async def ask_in(pool: PagePool, profile: SiteProfile, question: str) -> Answer:
    async with pool.page() as page:
        return await ask(page, profile, question)


async def test_pages_are_warm_until_they_are_old_and_nothing_is_left(profiles: dict[str, SiteProfile]) -> None:
    profile = profiles["chat-a"].model_copy(
        update={"limits": profiles["chat-a"].limits.model_copy(update={"questions_per_context": 2})}
    )
    seen: list[Page] = []
    async with PagePool(profile, BrowserSettings(), Breakers(None)) as pool:
        for _ in range(3):
            async with pool.page() as page:
                seen.append(page)
                group = group_of(page, pool)
        with pytest.raises(RuntimeError):
            async with pool.page() as page:
                seen.append(page)
                raise RuntimeError
        async with pool.page() as page:
            seen.append(page)
        # two questions a context; a page that an error has left is not used again
        assert [seen[0] is seen[1], seen[1] is seen[2], seen[2] is seen[3], seen[3] is seen[4]] == [
            True,
            False,
            True,
            False,
        ]
        assert seen[0].is_closed()
        assert members(group)
    assert members(group) == []


async def test_more_pages_than_a_browser_may_have_make_another(profiles: dict[str, SiteProfile]) -> None:
    async with (
        PagePool(profiles["chat-a"], BrowserSettings(pages_per_browser=1), Breakers(None)) as pool,
        pool.page() as first,
        pool.page() as second,
    ):
        assert group_of(first, pool) != group_of(second, pool)


@pytest.mark.fault("F34")
async def test_a_browser_that_is_killed_is_one_crash_and_is_replaced(
    sandbox: Sandbox, profiles: dict[str, SiteProfile]
) -> None:
    before = crashes()
    async with PagePool(profiles["chat-a"], BrowserSettings(), Breakers(None)) as pool:
        await ask_in(pool, profiles["chat-a"], "蓝牙耳机先问一次")
        group = next(iter(pool._hosts)).browser.processes.group
        slow = [f"蓝牙耳机被打断的第{number}问" for number in range(3)]
        for question in slow:
            sandbox.order_fault("chat-a", "hang", match=question)
        asking = [asyncio.create_task(ask_in(pool, profiles["chat-a"], question)) for question in slow]
        while not {*slow} <= {row["question"] for row in sandbox.journal()}:  # noqa: ASYNC110 it is another process
            await asyncio.sleep(0.05)
        os.kill(group, signal.SIGKILL)
        ended = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(error) for error in ended] == [BrowserCrashedError] * 3
        assert (await ask_in(pool, profiles["chat-a"], "蓝牙耳机后来再问")).status == "ok"
        assert members(group) == []
    assert crashes() == before + 1


@pytest.mark.fault("F34")
async def test_a_page_that_crashes_costs_its_own_question_only(profiles: dict[str, SiteProfile]) -> None:
    before = crashes()
    async with PagePool(profiles["chat-a"], BrowserSettings(), Breakers(None)) as pool, pool.page() as bystander:
        with pytest.raises(BrowserCrashedError) as error:
            async with pool.page() as page:
                session = await page.context.new_cdp_session(page)
                crashing = asyncio.create_task(session.send("Page.crash"))  # a dead page does not answer
                with page_errors(page):
                    await page.wait_for_selector("#never")
        crashing.cancel()
        assert error.value.scope is CrashScope.PAGE
        assert await bystander.evaluate("1 + 1") == 2
        assert (await ask_in(pool, profiles["chat-a"], "蓝牙耳机还能问吗")).status == "ok"
    assert crashes() == before + 1


async def test_a_browser_that_has_grown_too_large_is_replaced_when_its_pages_are_free(
    profiles: dict[str, SiteProfile],
) -> None:
    async with PagePool(profiles["chat-a"], BrowserSettings(browser_memory_mb=1), Breakers(None)) as pool:
        async with pool.page() as first:
            old = group_of(first, pool)
            assert private_memory(old) > 1024 * 1024
            async with pool.page() as second:
                assert group_of(second, pool) == old
            # the other page is still in use: it goes on, and who comes now gets another browser
            assert await first.evaluate("1 + 1") == 2
            async with pool.page() as third:
                new = group_of(third, pool)
                assert new != old
            assert members(new) == []
            assert members(old)
        assert members(old) == []
    small = BrowserSettings(browser_memory_mb=1_000_000)
    async with PagePool(profiles["chat-a"], small, Breakers(None)) as pool:
        async with pool.page() as first:
            pass
        async with pool.page() as again:
            assert again is first


@pytest.mark.fault("F34")
async def test_a_browser_that_hangs_is_replaced_and_leaves_nothing(
    profiles: dict[str, SiteProfile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "CLOSE_SECONDS", 1.0)
    monkeypatch.setattr(browser_module, "CLOSE_SECONDS", 1.0)
    async with PagePool(profiles["chat-a"], BrowserSettings(), Breakers(None)) as pool:
        with pytest.raises(TimeoutError):
            async with pool.page() as page:
                group = group_of(page, pool)
                os.killpg(group, signal.SIGSTOP)
                await asyncio.wait_for(page.evaluate("1"), 0.5)
        assert members(group) == []
        assert (await ask_in(pool, profiles["chat-a"], "蓝牙耳机挂起之后")).status == "ok"
        assert members(group) == []


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), ("{", "Expecting"), ("[]", "is not a saved browser session")]
)
async def test_a_saved_session_that_is_none_is_named(
    browser: ManagedBrowser, tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "state.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(StorageStateError, match=reason):
        await browser.new_page(path)
