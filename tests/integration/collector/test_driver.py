"""Questions asked of the sandbox's chat sites in a real browser."""

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_collector import conversation
from answerlens_collector.driver import ask
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_collector.site_errors import PageNotReadyError
from answerlens_common.browser.chromium import ManagedBrowser
from answerlens_common.errors import AnswerLensError
from answerlens_sandbox.answer import answer as drawn
from answerlens_sandbox.world import World
from tests.integration.collector.conftest import ROOT
from tests.support.sandbox import Sandbox

Pools = Callable[[str], PagePool]
ENGINES = ("chat-a", "chat-b", "chat-c")


async def ask_in(pool: PagePool, profile: SiteProfile, question: str) -> Answer:
    async with pool.page() as page:
        return await ask(page, profile, question)


@pytest.mark.parametrize("name", ENGINES)
async def test_a_question_is_answered(
    name: str, sandbox: Sandbox, profiles: dict[str, SiteProfile], pools: Pools
) -> None:
    question = f"蓝牙耳机哪个牌子值得买，{name} 说说？"
    async with pools(name).page() as page:
        answer = await ask(page, profiles[name], question)
    assert (answer.status, answer.error) == ("ok", None)
    assert answer.text
    assert "citation" not in answer.text
    assert answer.citations_known
    (row,) = [row for row in sandbox.journal() if row["kind"] == "ask" and row["question"] == question]
    assert row["engine"] == name
    assert "Chrome/" in row["user_agent"]


@pytest.mark.parametrize("name", ENGINES)
async def test_a_question_on_the_longest_keyword_is_asked_whole(
    name: str, sandbox: Sandbox, profiles: dict[str, SiteProfile], pools: Pools
) -> None:
    question = ("适合小户型和养宠物家庭用的扫地机器人" * 15)[:255] + "，第一次买应该怎么选？"
    assert (await ask_in(pools(name), profiles[name], question)).status == "ok"
    assert question in {row["question"] for row in sandbox.journal() if row["kind"] == "ask"}


@pytest.mark.parametrize("name", ENGINES)
async def test_an_answer_is_drawn_by_its_day_its_replicate_and_its_keyword(
    name: str, profiles: dict[str, SiteProfile], pools: Pools
) -> None:
    """What the same question gets on the same occasion does not hang on how often it was asked before."""
    question = f"蓝牙耳机怎么选，{name} 说说？"
    asked = [(dt.date(2026, 1, 1), 1), (dt.date(2026, 1, 2), 1), (dt.date(2026, 1, 1), 2), (dt.date(2026, 1, 1), 1)]
    profile = profiles[name]
    answers = [await ask_in(pools(name), profile.asked_on(*occasion, "蓝牙耳机"), question) for occasion in asked]
    assert answers[0] == answers[3]
    assert len({answer.text for answer in answers}) == 3
    other = await ask_in(pools(name), profile.asked_on(*asked[0], "登山包"), question)
    assert other.text != answers[0].text


@pytest.mark.parametrize("name", ENGINES)
async def test_each_page_serves_many_questions_and_keeps_their_sources_apart(
    name: str, sandbox: Sandbox, profiles: dict[str, SiteProfile], pools: Pools
) -> None:
    questions = [f"蓝牙耳机推荐哪款，第{number}问 {name}" for number in range(5)]
    answers = await asyncio.gather(*(ask_in(pools(name), profiles[name], question) for question in questions))
    assert [answer.status for answer in answers] == ["ok"] * 5
    assert len({answer.text for answer in answers}) > 1
    links = [link for answer in answers for link in answer.links]
    assert {link.cited for link in links} == {True, False}
    assert all(link.url.startswith("http") for link in links)
    for answer in answers:
        assert len({link.url for link in answer.links}) == len(answer.links)
    # asked once each, however the pages were shared
    asked = [row["question"] for row in sandbox.journal() if row["kind"] == "ask" and row["engine"] == name]
    assert sorted(question for question in asked if question in questions) == sorted(questions)


# What each ordered fault must come to: a status that is stored, or an error that is retried.
OUTCOMES = {
    "captcha": "captcha",
    "login": "login_required",
    "refusal": "refused",
    "empty": "empty",
    "429": "RateLimitedError",
    "500": "SiteUnavailableError",
    "cut_stream": "BrokenStreamError",
    "bad_json": "BrokenStreamError",
    "hang": "AnswerTimeoutError",
}
# where the page itself says what went wrong, that is believed
OUTCOMES_OF = {
    "chat-a": OUTCOMES,
    "chat-b": {**OUTCOMES, "bad_json": "SiteUnavailableError"},
    "chat-c": {**OUTCOMES, "cut_stream": "SiteUnavailableError", "bad_json": "SiteUnavailableError"},
}


@pytest.mark.fault("F29")
@pytest.mark.fault("F30")
@pytest.mark.fault("F32")
@pytest.mark.fault("F33")
@pytest.mark.parametrize("name", ENGINES)
async def test_every_fault_has_its_own_outcome(
    name: str, sandbox: Sandbox, profiles: dict[str, SiteProfile], pools: Pools
) -> None:
    async def outcome(fault: str) -> str:
        question = f"蓝牙耳机坏了怎么办，{fault}？"
        sandbox.order_fault(name, fault, match=question)
        profile = profiles[name]
        if fault == "hang":
            profile = profile.model_copy(update={"finish": profile.finish.model_copy(update={"timeout_seconds": 3})})
        try:
            answer = await ask_in(pools(name), profile, question)
        except AnswerLensError as error:
            return type(error).__name__
        assert answer.status == "ok" or answer.links == () or fault == "empty"
        return answer.status

    found = await asyncio.gather(*map(outcome, OUTCOMES_OF[name]))
    assert dict(zip(OUTCOMES_OF[name], found, strict=True)) == OUTCOMES_OF[name]


SHIPPED = sorted(file.stem for file in (ROOT / "deploy/engines").glob("*.yaml") if not file.stem.endswith("-api"))
# the sandbox's own names of two sites
NAMES = {"deepseek": "chat-a", "doubao": "chat-b"}
DOUBLES = sorted(set(SHIPPED) - NAMES.keys())
# what the notes on a site do not say stays unknown
LIST_NO_SOURCES = {"qianwen"}
TELL_NO_CITATIONS = {"qianwen", "qwen", "wenxin"}


async def ask_once(browser: ManagedBrowser, profile: SiteProfile, question: str) -> Answer:
    page = await browser.new_page(allow_private_addresses=True)
    try:
        return await ask(page, profile, question)
    finally:
        await page.context.close()


@pytest.mark.parametrize("name", SHIPPED)
async def test_every_shipped_profile_reads_the_double_of_its_site(
    name: str, shipped: dict[str, SiteProfile], browser: ManagedBrowser
) -> None:
    assert shipped.keys() == set(SHIPPED)
    question = "预算500元，蓝牙耳机怎么选才不会后悔？"
    found = await ask_once(browser, shipped[name], question)
    given = drawn(World(1), NAMES.get(name, name), question, 1)
    assert (found.status, found.error, found.text) == ("ok", None, given.text.strip())
    assert given.sources
    assert {link.url for link in found.links} == {source.url for source in given.sources if name not in LIST_NO_SOURCES}
    assert {link.url for link in found.links if link.cited} == {
        source.url for source in given.sources if source.cited and name not in TELL_NO_CITATIONS
    }
    assert found.citations_known is (name not in TELL_NO_CITATIONS)


@pytest.mark.parametrize("name", DOUBLES)
async def test_every_shipped_profile_gives_each_fault_its_own_outcome(
    name: str, sandbox: Sandbox, shipped: dict[str, SiteProfile], browser: ManagedBrowser
) -> None:
    async def outcome(fault: str) -> str:
        question = f"蓝牙耳机坏了怎么办，{fault}？"
        sandbox.order_fault(name, fault, match=question)
        profile = shipped[name]
        if fault == "hang":
            profile = profile.model_copy(update={"finish": profile.finish.model_copy(update={"timeout_seconds": 3})})
        try:
            return (await ask_once(browser, profile, question)).status
        except AnswerLensError as error:
            return type(error).__name__

    found = await asyncio.gather(*map(outcome, OUTCOMES))
    assert dict(zip(OUTCOMES, found, strict=True)) == OUTCOMES


@pytest.mark.fault("F31")
async def test_a_changed_page_is_not_ready(
    sandbox: Sandbox, profiles: dict[str, SiteProfile], pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "READY_MS", 1500)
    sandbox.order_fault("chat-a", "changed_page")
    with pytest.raises(PageNotReadyError, match="nothing to write in"):
        await ask_in(pools("chat-a"), profiles["chat-a"], "蓝牙耳机？")


async def test_a_site_on_a_private_address_is_refused_unless_the_profile_allows_it(
    profiles: dict[str, SiteProfile], sandbox: Sandbox, browser: ManagedBrowser
) -> None:
    before = len(sandbox.journal())
    page = await browser.new_page(allow_private_addresses=False)
    answer = await ask(page, profiles["chat-a"], "蓝牙耳机？")
    await page.context.close()
    assert (answer.status, answer.error) == ("failed", "HTTP 403")
    assert len(sandbox.journal()) == before
