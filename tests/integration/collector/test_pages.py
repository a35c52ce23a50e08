"""Answers read off the page alone, of pages that show them in many ways."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_collector import conversation, sending
from answerlens_collector.driver import ask
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_collector.site_errors import (
    AnswerTimeoutError,
    InputRefusedError,
    NotSentError,
    RateLimitedError,
    SiteUnavailableError,
    StepError,
)
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.limits.breakers import Breakers
from tests.integration.collector.page_site import page_site

DOM = {"answer": ".answer", "busy": ".busy"}
LINKS = {"links_cited": ".answer a[href]", "links_listed": ".sources a[href]"}
CHIPS = {"links_cited": ".answer .cite, .answer a[href]", "links_listed": ".sources a[href]"}


def profile_of(url: str, dom: dict[str, Any], **more: object) -> SiteProfile:
    return SiteProfile.model_validate(
        {
            "name": "pages",
            "verified": "by this test",
            "url": url,
            "input": {"selector": "textarea", "kind": "textarea"},
            "send": {"key": "Enter"},
            "dom": dom,
            "finish": {"timeout_seconds": 10, "poll_seconds": 0.2, "stable_polls": 2},
            "allow_private_addresses": True,
            **more,
        }
    )


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[str]:
    async with page_site() as url:
        yield url


@pytest.fixture(scope="module")
async def pool(site: str) -> AsyncIterator[PagePool]:
    async with PagePool(profile_of(site, DOM), BrowserSettings(), Breakers(None)) as warm:
        yield warm


async def ask_of(pool: PagePool, url: str, dom: dict[str, Any], **more: object) -> Answer:
    async with pool.page() as page:
        return await ask(page, profile_of(url, dom, **more), "耳机怎么选？")


def cited(answer: Answer) -> list[str]:
    return [link.url for link in answer.links if link.cited]


@pytest.mark.case("p1")
@pytest.mark.parametrize("how", ["stays", "vanishes", "redrawn", "moves"])
async def test_links_of_a_greeting_and_of_earlier_answers_are_not_this_answers(
    pool: PagePool, site: str, how: str
) -> None:
    answer = await ask_of(pool, f"{site}/greeting?how={how}", DOM | LINKS)
    assert (answer.status, answer.text) == ("ok", "推荐索尼，见评测。")
    assert [(link.url, link.cited) for link in answer.links] == [
        ("https://new.cn/1", True),
        ("https://new.cn/2", False),
    ]


@pytest.mark.case("p2")
@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("numbers", ["https://www.ping.cn/1", "https://bang.cn/2", "https://wen.cn/3"]),
        ("names", ["https://www.ping.cn/1", "https://bang.cn/2"]),
        ("jumps", ["https://bang.cn/2"]),
        ("text", ["https://bang.cn/2"]),
        pytest.param("none", [], id="code-and-units-cite-nothing"),
    ],
)
async def test_chips_and_numbers_are_looked_up_in_the_list(
    pool: PagePool, site: str, how: str, wanted: list[str]
) -> None:
    answer = await ask_of(pool, f"{site}/chips?how={how}", DOM | CHIPS)
    assert (answer.status, cited(answer), answer.citations_known) == ("ok", wanted, True)
    assert len(answer.links) == 3


@pytest.mark.case("p2")
@pytest.mark.parametrize("query", ["how=beyond", "how=more", "how=unknown", "how=numbers&list=no", "how=text&list=no"])
async def test_a_citation_that_names_no_source_leaves_all_unknown(pool: PagePool, site: str, query: str) -> None:
    answer = await ask_of(pool, f"{site}/chips?{query}", DOM | CHIPS)
    assert (answer.status, cited(answer), answer.citations_known) == ("ok", [], False)
    assert len(answer.links) == (0 if "list=no" in query else 3)


@pytest.mark.case("p3")
@pytest.mark.parametrize("query", ["", "?nested"])
async def test_an_answer_in_several_elements_is_joined(pool: PagePool, site: str, query: str) -> None:
    answer = await ask_of(pool, f"{site}/parts{query}", DOM)
    assert answer.text.split() == ["先说结论：买A款。", "再说理由：它轻。", "最后说价钱：不贵。"]


@pytest.mark.case("p4")
@pytest.mark.parametrize("how", ["new", "same"])
async def test_a_sign_that_was_there_before_the_question_is_not_the_end(pool: PagePool, site: str, how: str) -> None:
    answer = await ask_of(pool, f"{site}/ends?how={how}", {"answer": ".answer", "done": ".copy"})
    assert (answer.status, answer.text) == ("ok", "先看看索尼，再看看森海。")


@pytest.mark.case("p4")
async def test_without_the_sign_of_its_end_there_is_no_answer(pool: PagePool, site: str) -> None:
    finish = {"timeout_seconds": 4, "still_seconds": 0.5}
    with pytest.raises(AnswerTimeoutError):
        await ask_of(pool, f"{site}/ends?how=never", {"answer": ".answer", "done": ".copy"}, finish=finish)


@pytest.mark.case("p5", not_before="a profile had no word for it")
async def test_an_error_in_the_answers_place_is_none(pool: PagePool, site: str) -> None:
    rule = {"status": "unavailable", "answer": "Error: .*"}
    with pytest.raises(SiteUnavailableError, match="Failed to receive"):
        await ask_of(pool, f"{site}/errors?how=said", DOM, failures=[rule])
    answer = await ask_of(pool, f"{site}/errors?how=quotes", DOM, failures=[rule])
    assert answer.status == "ok", "the rule is for the whole answer"


@pytest.mark.case("p5", not_before="a profile had no word for it")
async def test_a_failure_may_stand_in_the_title_or_be_a_status(pool: PagePool, site: str) -> None:
    rules = [
        {"status": "captcha", "title": "安全验证"},
        {"status": "rate_limited", "http": [429], "request": r"\?asked"},
        {"status": "login_required", "http": [403], "request": r"\?asked"},
        {"status": "captcha", "http": [403]},
    ]
    assert (await ask_of(pool, f"{site}/errors?how=title", DOM, failures=rules)).status == "captcha"
    with pytest.raises(RateLimitedError, match="429"):
        await ask_of(pool, f"{site}/errors?how=status&code=429", DOM, failures=rules)
    assert (await ask_of(pool, f"{site}/errors?how=status&code=403", DOM, failures=rules)).status == "login_required"
    assert (await ask_of(pool, f"{site}/status/403", DOM, failures=rules)).status == "captcha"


@pytest.mark.case("p6")
async def test_only_what_was_stripped_goes(pool: PagePool, site: str) -> None:
    answer = await ask_of(pool, f"{site}/strip", DOM | {"strip": [".mark", ".bar"]})
    assert answer.text.splitlines() == [
        "调用 print() 就行，列表是 [] 或 list() 。",
        "",
        "def run():",
        "    print()",
        "    fetch()",
        "",
        "前",
        "后。",
    ]


async def test_a_page_that_is_loaded_anew_goes_on(pool: PagePool, site: str) -> None:
    answer = await ask_of(pool, f"{site}/navigated", DOM)
    assert (answer.status, answer.text) == ("ok", "换了一页才回答。")


async def test_an_open_shadow_root_is_looked_into(pool: PagePool, site: str) -> None:
    answer = await ask_of(pool, f"{site}/shadow", DOM | LINKS)
    assert (answer.text, cited(answer)) == ("影子里的回答，见来源。", ["https://shadow.cn/1"])


async def test_a_frame_may_hold_the_conversation(pool: PagePool, site: str) -> None:
    answer = await ask_of(pool, f"{site}/framed", DOM | LINKS, frame=["iframe.chat"])
    assert (answer.text, cited(answer)) == ("推荐索尼，见评测。", ["https://new.cn/1"])


@pytest.mark.parametrize(
    ("send", "said"),
    [
        ({"key": "Enter"}, r"pages: not sent within .*by key 'Enter': 'textarea' still holds the question"),
        ({"click": ".idle"}, r"pages: not sent within .*by a click on '\.idle'"),
        ({"click": ".send"}, r"pages: cannot send by a click on '\.send': it is hidden, covered or disabled"),
        ({"click": ".gone"}, r"pages: cannot send by a click on '\.gone': nothing matches it"),
    ],
)
async def test_a_question_that_was_not_sent_is_told_at_once(
    pool: PagePool, site: str, send: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SENT_SECONDS", 1.0)
    monkeypatch.setattr(sending, "SEND_MS", 1000)
    with pytest.raises(NotSentError, match=said):
        await ask_of(pool, f"{site}/unsent", DOM, send=send, finish={"timeout_seconds": 600})


async def test_an_input_that_is_cleared_is_no_proof_where_the_question_should_be_shown(
    pool: PagePool, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SENT_SECONDS", 1.0)
    with pytest.raises(NotSentError, match=r"no new element matches dom\.question '\.asked'"):
        await ask_of(pool, f"{site}/unsent?cleared", DOM | {"question": ".asked"}, finish={"timeout_seconds": 600})


async def test_an_input_that_takes_nothing_is_named(pool: PagePool, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "WRITE_MS", 1000)
    with pytest.raises(InputRefusedError, match=r"pages: cannot write in '\.send'"):
        await ask_of(pool, f"{site}/unsent", DOM, input={"selector": ".send", "kind": "contenteditable"})


@pytest.mark.parametrize(
    ("how", "dom", "said"),
    [
        ("nothing", DOM, r"no new element matches dom\.answer '\.answer' \(1 were there before or stand elsewhere\)"),
        ("elsewhere", DOM, r"no new element matches dom\.answer"),
        ("busy", DOM | {"question": ".asked"}, r"no new element matches dom\.question '\.asked'"),
        ("elsewhere", DOM | {"question": ".question"}, r"no new element after the question matches dom\.answer"),
        ("busy", DOM, r"the page shows 5 characters, and dom\.busy '\.busy' is shown still"),
        ("once", {"answer": ".answer", "done": ".copy"}, r"no new element matches dom\.done '\.copy'"),
        ("endless", {"answer": ".answer", "busy": ".writing"}, r"dom\.busy '\.writing' was never shown"),
    ],
)
async def test_a_time_out_says_what_was_seen(
    pool: PagePool, site: str, how: str, dom: dict[str, Any], said: str
) -> None:
    with pytest.raises(AnswerTimeoutError, match=f"pages: no complete answer after 2 s: .*{said}"):
        await ask_of(pool, f"{site}/silent?how={how}", dom, finish={"timeout_seconds": 2})


BUBBLE: dict[str, Any] = {
    "before": [
        {"click": ".consent button", "text": "同意", "seconds": 0.5},
        {"click": ".bubble", "unless": ".window textarea", "until": ".window textarea", "required": True},
    ],
    "after": [{"click": ".open", "until": ".drawer a"}],
}
DRAWER = DOM | {"links_cited": ".answer .cite", "links_listed": ".drawer a", "strip": [".cite"]}


@pytest.mark.parametrize("query", ["", "?no-consent", "?no-consent&open"])
async def test_steps_open_a_page_and_its_sources(pool: PagePool, site: str, query: str) -> None:
    answer = await ask_of(pool, f"{site}/bubble{query}", DRAWER, **BUBBLE)
    assert (answer.status, answer.text) == ("ok", "推荐索尼。")
    assert [(link.url, link.cited) for link in answer.links] == [("https://a.cn/1", False), ("https://b.cn/2", True)]
    assert answer.citations_known


async def test_a_step_that_is_needed_and_cannot_be_taken_is_named(pool: PagePool, site: str) -> None:
    lost = {"before": [{"click": ".gone", "seconds": 0.3, "required": True}]}
    with pytest.raises(StepError, match=r"pages: step: '\.gone' cannot be clicked within 0.3 s"):
        await ask_of(pool, f"{site}/bubble", DRAWER, **lost)
    with pytest.raises(StepError, match=r"pages: step: '\.drawer a' is not shown 1 s after a click on '\.open'"):
        await ask_of(pool, f"{site}/bubble?shut", DRAWER, **BUBBLE)


async def test_an_input_that_is_drawn_anew_while_the_page_starts_is_written_again(pool: PagePool, site: str) -> None:
    answer = await ask_of(pool, f"{site}/starting", DOM, input={"selector": ".box"})
    assert (answer.status, answer.text) == ("ok", "问的是：耳机怎么选？")
