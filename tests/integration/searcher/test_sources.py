"""A chain of sources through the stage: Zhihu's page in a browser, its interface, the language model."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from pydantic import SecretStr

from answerlens_common.broker.delivery import GivenUpError, RetryError
from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordBankBuilt, KeywordRequested, KeywordSearched, Lane
from answerlens_common.limits.breakers import ZHIHU_API, ZHIHU_SEARCH, Breakers
from answerlens_common.llm import LanguageModel, LlmSettings
from answerlens_common.settings import FreshnessSettings, WorkSettings
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from answerlens_searcher.chain import Chain, Link
from answerlens_searcher.handlers import Handlers
from answerlens_searcher.listed import ListSource
from answerlens_searcher.proposing import ModelSource
from answerlens_searcher.zhihu_api import ZhihuApi, ZhihuApiSettings
from answerlens_searcher.zhihu_page import ZhihuPage
from tests.support.sandbox import Sandbox
from tests.support.waiting import somebody_waits

DAY = dt.date(2026, 1, 20)
WORK = WorkSettings(retry_delays=(1,), lease_seconds=5)


@pytest.fixture
async def chain(page: ZhihuPage, sandbox: Sandbox, database: Database) -> AsyncIterator[Chain]:
    sandbox.clear_faults()
    llm = LlmSettings(base_url=f"{sandbox.url}/v1", api_key=SecretStr("any"), model="sandbox-chat")
    official = ZhihuApiSettings(url=f"{sandbox.url}/zhihu-api", key=SecretStr("any"), count=100)
    async with ZhihuApi(official) as api, ModelSource(LanguageModel(llm, database)) as model:
        links = [
            Link(QuestionOrigin.ZHIHU_PAGE, page, ZHIHU_SEARCH),
            Link(QuestionOrigin.ZHIHU_API, api, ZHIHU_API),
            Link(QuestionOrigin.MODEL, model),
        ]
        yield Chain(links, Breakers(database), enough=24)


@dataclass
class Search:
    """The search stage, and what it has published."""

    db: Database
    chain: Chain
    published: list[Event] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    attempts: int = 0

    async def publish(self, event: Event) -> None:
        self.published.append(event)

    async def run(self, event: KeywordRequested) -> None:
        """Deliver the message until it has ended."""
        handlers = Handlers(self.db, self.chain, FreshnessSettings(), len(WORK.retry_delays))
        stage = Stage(
            "search", KeywordRequested, handlers.cached, handlers.on_keyword_requested, 60, 2, failed=handlers.failed
        )
        runner = StageRunner(stage, self.db, self, WORK)  # type: ignore[arg-type]  # it only publishes
        message_id = str(uuid4())
        while True:
            failed = self.attempts
            self.attempts += 1
            try:
                return await runner(event, message_id, failed)
            except RetryError:
                continue
            except GivenUpError:
                return None


def fail_searches(sandbox: Sandbox, faults: Sequence[str], keyword: str) -> None:
    """Let the next searches for the keyword fail, each in its way; the interface's calls come after the page's."""
    for fault in faults:
        sandbox.order_fault("zhihu", fault, match=keyword)


async def origins(db: Database, keyword: str) -> Counter[str]:
    rows = await db.rows("SELECT origin FROM zhihu_question WHERE keyword = :keyword ORDER BY id", keyword=keyword)
    return Counter(row["origin"] for row in rows)


def proposals(sandbox: Sandbox) -> int:
    """How often the model was asked for questions."""
    return sum(row.get("task") == "source_questions" for row in sandbox.journal())


async def test_the_page_alone_gives_enough(chain: Chain, database: Database) -> None:
    event = KeywordRequested(keyword="电热水壶", date=DAY, bank_version=1, lane=Lane.BULK)
    await somebody_waits(database, event.keyword, DAY)
    search = Search(database, chain)
    await search.run(event)
    assert search.published == [KeywordSearched.following(event)]
    found = await origins(database, event.keyword)
    assert set(found) == {"zhihu_page"}
    assert found.total() >= 50


@pytest.mark.parametrize(("faults", "attempts"), [(["captcha"], 1), (["500", "500"], 2)])
async def test_the_interface_stands_in_for_the_page(
    chain: Chain, sandbox: Sandbox, database: Database, faults: list[str], attempts: int
) -> None:
    """At once where a retry would meet the same; after the last attempt where it might have passed."""
    event = KeywordRequested(keyword=f"{faults[0]}加湿器", date=DAY, bank_version=1, lane=Lane.BULK)
    fail_searches(sandbox, faults, event.keyword)
    await somebody_waits(database, event.keyword, DAY)
    search = Search(database, chain)
    await search.run(event)
    assert (search.published, search.attempts) == ([KeywordSearched.following(event)], attempts)
    found = await origins(database, event.keyword)
    assert set(found) == {"zhihu_api"}
    assert found.total() >= 50
    breaker = await database.row(
        "SELECT sum(failures) FILTER (WHERE name = 'zhihu_search') AS page,"
        " sum(failures) FILTER (WHERE name = 'zhihu_api') AS api FROM breaker"
    )
    assert breaker is not None
    assert (breaker["page"], breaker["api"]) == (attempts, 0)


async def test_a_failure_that_passes_costs_no_question_of_the_page(
    chain: Chain, sandbox: Sandbox, database: Database
) -> None:
    event = KeywordRequested(keyword="除湿机", date=DAY, bank_version=1, lane=Lane.BULK)
    fail_searches(sandbox, ["429"], event.keyword)
    await somebody_waits(database, event.keyword, DAY)
    search = Search(database, chain)
    await search.run(event)
    assert search.attempts == 2
    assert set(await origins(database, event.keyword)) == {"zhihu_page"}


@pytest.mark.parametrize("fault", ["captcha", "login"])
async def test_an_admins_list_stands_in_for_a_site_that_refuses(
    page: ZhihuPage, sandbox: Sandbox, database: Database, fault: str
) -> None:
    event = KeywordRequested(keyword=f"{fault}空气炸锅", date=DAY, bank_version=1, lane=Lane.BULK)
    await somebody_waits(database, event.keyword, DAY)
    async with database.transaction() as tx:
        for keyword in (event.keyword, "另一个词"):
            await tx.execute(
                "INSERT INTO listed_question (keyword, question_id, question_text, added_by)"
                " SELECT :keyword, 'list-' || n, '第' || n || '个问题是什么？', 'admin' FROM generate_series(1, 30) n",
                keyword=keyword,
            )
    fail_searches(sandbox, [fault], event.keyword)
    links = [
        Link(QuestionOrigin.ZHIHU_PAGE, page, ZHIHU_SEARCH),
        Link(QuestionOrigin.LIST, ListSource(database)),
    ]
    search = Search(database, Chain(links, Breakers(database), enough=24))
    await search.run(event)
    assert search.published == [KeywordSearched.following(event)]
    assert await origins(database, event.keyword) == {"list": 30}


async def test_the_model_comes_last_and_its_questions_are_marked(
    chain: Chain, sandbox: Sandbox, database: Database
) -> None:
    event = KeywordRequested(keyword="投影仪支架", date=DAY, bank_version=1, lane=Lane.BULK)
    await somebody_waits(database, event.keyword, DAY)
    # the page and each of the interface's calls know nothing
    sandbox.order_fault("zhihu", "empty", match=event.keyword, times=20)
    search = Search(database, chain)
    await search.run(event)
    sandbox.clear_faults()
    assert search.published == [KeywordSearched.following(event)]
    assert await origins(database, event.keyword) == {"model": 50}
    rows = await database.rows("SELECT question_text, question_id, source_url FROM zhihu_question")
    assert all(event.keyword in row["question_text"] for row in rows)
    assert {row["source_url"] for row in rows} == {""}
    assert len({row["question_id"] for row in rows}) == 50


async def test_the_model_does_not_replace_an_older_bank(chain: Chain, sandbox: Sandbox, database: Database) -> None:
    event = KeywordRequested(keyword="宠物推车", date=DAY, bank_version=2, lane=Lane.BULK)
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES (:keyword, 1, '2026-01-05', 'ready')",
            keyword=event.keyword,
        )
    await somebody_waits(database, event.keyword, DAY)
    sandbox.order_fault("zhihu", "empty", match=event.keyword, times=20)
    before = proposals(sandbox)
    search = Search(database, chain)
    await search.run(event)
    sandbox.clear_faults()
    assert search.published == [KeywordBankBuilt.following(event, bank_version=1)]
    assert not await origins(database, event.keyword)
    assert proposals(sandbox) == before
