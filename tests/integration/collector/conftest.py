"""A sandbox process, and a pool of warm pages for each of its chat sites."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_common.browser.chromium import BrowserSettings, ManagedBrowser
from answerlens_common.contracts.engines import load_engines
from answerlens_common.limits.breakers import Breakers
from tests.support.sandbox import Sandbox, running_sandbox

ROOT = Path(__file__).parents[3]
KEYWORD = "蓝牙耳机"
# where the double of a site is not at its name
DOUBLES = {
    "deepseek": "/chat-a/?tools=1",
    "doubao": "/chat-b/chat/?input=textarea",
    "yuanbao": "/yuanbao/chat/naQivTmsDa",
}


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A pretend outside world that knows the keyword."""
    with running_sandbox(answer_seconds=0.2) as running:
        running.knows(KEYWORD)
        yield running


@pytest.fixture(scope="session")
def profiles(sandbox: Sandbox) -> dict[str, SiteProfile]:
    """The profiles of its three chat sites, with pages enough for a test."""
    environment = {"ANSWERLENS_SANDBOX_URL": sandbox.url}
    engines = [
        *load_engines(ROOT / "sandbox/engines", environment),
        *load_engines(ROOT / "tests/e2e/engines", environment),
    ]
    found = [SiteProfile.of(engine) for engine in engines if engine.kind == "browser"]
    return {
        profile.name: profile.model_copy(update={"pacing": profile.pacing.model_copy(update={"pages": 4})})
        for profile in found
    }


@pytest.fixture(scope="session")
def shipped(sandbox: Sandbox) -> dict[str, SiteProfile]:
    """The profiles of real sites as they are shipped, each opened on the sandbox's double and without an account."""
    files = [engine for engine in load_engines(ROOT / "deploy/engines", {}) if engine.kind == "browser"]
    return {
        profile.name: profile.model_copy(
            update={
                "url": f"{sandbox.url}{DOUBLES.get(profile.name, f'/{profile.name}/')}",
                "allow_private_addresses": True,
                "finish": profile.finish.model_copy(update={"timeout_seconds": 30}),
            }
        )
        for profile in map(SiteProfile.of, files)
    }


@pytest.fixture(scope="session")
async def pools(profiles: dict[str, SiteProfile]) -> AsyncIterator[Callable[[str], PagePool]]:
    """The pool of an engine; they share nothing but the session."""
    made: dict[str, PagePool] = {}

    def pool(name: str) -> PagePool:
        return made.setdefault(name, PagePool(profiles[name], BrowserSettings(), Breakers(None)))

    yield pool
    for each in made.values():
        await each.__aexit__()


@pytest.fixture
async def browser(pools: Callable[[str], PagePool]) -> ManagedBrowser:
    """A browser that runs already; for tests that leave it as it is."""
    async with pools("chat-a").page():
        return pools("chat-a")._hosts[0].browser
