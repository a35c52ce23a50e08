"""The network stream, as a real browser receives it."""

from collections.abc import AsyncIterator

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_collector.driver import ask
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_collector.site_errors import AnswerTimeoutError, BrokenStreamError, SiteUnavailableError
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.limits.breakers import Breakers
from tests.integration.collector.stream_site import stream_site

WANTED = "蓝牙耳机"


def profile_of(url: str, *, busy: bool = False, url_pattern: str = r"/stream\?", seconds: float = 15) -> SiteProfile:
    return SiteProfile.model_validate(
        {
            "name": "streams",
            "kind": "browser",
            "verified": "by this test",
            "url": url,
            "input": {"selector": "textarea", "kind": "textarea"},
            "send": {"key": "Enter"},
            "stream": {"url_pattern": url_pattern, "decoder": "json_patch"},
            "dom": {"answer": ".answer", **({"busy": ".busy"} if busy else {})},
            "finish": {"timeout_seconds": seconds, "poll_seconds": 0.2, "stable_polls": 2},
            "allow_private_addresses": True,
        }
    )


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[str]:
    async with stream_site() as url:
        yield url


@pytest.fixture(scope="module")
async def pool(site: str) -> AsyncIterator[PagePool]:
    async with PagePool(profile_of(site), BrowserSettings(), Breakers(None)) as warm:
        yield warm


async def answer_of(pool: PagePool, site: str, kind: str) -> Answer:
    async with pool.page() as page:
        return await ask(page, profile_of(f"{site}/?kind={kind}"), "蓝牙耳机怎么样？")


@pytest.mark.parametrize("kind", ["charset", "no charset", "at once", "stays open"])
async def test_the_answer_is_read_whatever_the_server_does(pool: PagePool, site: str, kind: str) -> None:
    answer = await answer_of(pool, site, kind)
    assert (answer.status, answer.text, answer.finish_reason) == ("ok", WANTED, "FINISHED")


async def test_a_stream_that_dies_is_no_answer(pool: PagePool, site: str) -> None:
    with pytest.raises(BrokenStreamError, match="INCOMPLETE_CHUNKED"):
        await answer_of(pool, site, "dies")


async def test_a_page_that_goes_on_where_its_stream_died_is_believed(pool: PagePool, site: str) -> None:
    answer = await answer_of(pool, site, "rendered")
    assert (answer.status, answer.finish_reason) == ("ok", None)
    assert answer.text.startswith("页面上写得出来的整篇回答")


@pytest.mark.case("s4")
async def test_an_answer_that_its_own_stream_calls_incomplete_is_none(pool: PagePool, site: str) -> None:
    with pytest.raises(BrokenStreamError):
        await answer_of(pool, site, "incomplete")


@pytest.mark.case("s5")
async def test_a_busy_site_is_asked_again_later(pool: PagePool, site: str) -> None:
    with pytest.raises(SiteUnavailableError, match="temporarily unavailable"):
        await answer_of(pool, site, "busy")


@pytest.mark.case("s1")
async def test_citations_that_cannot_be_resolved_are_unknown(pool: PagePool, site: str) -> None:
    answer = await answer_of(pool, site, "no page")
    assert (answer.status, answer.text, answer.citations_known) == ("ok", WANTED, False)
    assert (await answer_of(pool, site, "charset")).citations_known


async def test_a_request_that_is_renewed_after_401_is_answered(pool: PagePool, site: str) -> None:
    answer = await answer_of(pool, site, "renewed")
    assert (answer.status, answer.text) == ("ok", WANTED)


async def test_one_that_is_not_renewed_needs_a_login(pool: PagePool, site: str) -> None:
    answer = await answer_of(pool, site, "unauthorized")
    assert (answer.status, answer.error) == ("login_required", "HTTP 401")


async def test_a_whole_answer_without_a_known_end_is_believed_where_the_page_shows_its_own(
    pool: PagePool, site: str
) -> None:
    async with pool.page() as page:
        answer = await ask(page, profile_of(f"{site}/?kind=no end", busy=True), "蓝牙耳机怎么样？")
        assert (answer.status, answer.text) == ("ok", WANTED)
    with pytest.raises(BrokenStreamError, match="names no sign of the answer's end"):
        await answer_of(pool, site, "no end")


async def test_a_pattern_that_never_matches_is_told_and_does_no_harm_where_the_page_shows_its_end(
    pool: PagePool, site: str
) -> None:
    async with pool.page() as page:
        answer = await ask(
            page, profile_of(f"{site}/?kind=charset", busy=True, url_pattern="/chat"), "蓝牙耳机怎么样？"
        )
        assert (answer.status, answer.text) == ("ok", WANTED)
    with pytest.raises(AnswerTimeoutError, match=r"streams: .*no POST request matches stream.url_pattern '/chat'"):
        async with pool.page() as page:
            await ask(page, profile_of(f"{site}/?kind=charset", url_pattern="/chat", seconds=2), "蓝牙耳机怎么样？")
