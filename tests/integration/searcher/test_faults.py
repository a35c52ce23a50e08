"""What keeps questions from us, through the stage: named, never stored as "no questions"; an older bank goes on."""

import asyncio
import datetime as dt
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from answerlens_common.broker.delivery import GivenUpError, RetryError
from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordBankBuilt, KeywordRequested, Lane, StageFailed
from answerlens_common.limits.breakers import Breakers
from answerlens_common.settings import FreshnessSettings, WorkSettings
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from answerlens_searcher.chain import Chain, Link
from answerlens_searcher.handlers import Handlers
from answerlens_searcher.zhihu_page import ZhihuPage
from tests.support.sandbox import Sandbox
from tests.support.waiting import somebody_waits

DAY = dt.date(2026, 1, 20)
WORK = WorkSettings(retry_delays=(1,), lease_seconds=5)
BUSINESS, TRANSIENT = 1, 2
FAULTS = [
    pytest.param("captcha", "CaptchaError", BUSINESS, marks=pytest.mark.fault("F29")),
    pytest.param("empty", "EmptyResultError", BUSINESS, marks=pytest.mark.fault("F30")),
    pytest.param("changed_page", "ChangedShapeError", BUSINESS, marks=pytest.mark.fault("F31")),
    pytest.param("bad_json", "ChangedShapeError", BUSINESS, marks=pytest.mark.fault("F31")),
    pytest.param("login", "LoginRequiredError", BUSINESS, marks=pytest.mark.fault("F32")),
    pytest.param("500", "SourceBusyError", TRANSIENT, marks=pytest.mark.fault("F33")),
    pytest.param("hang", "SourceBusyError", TRANSIENT, marks=pytest.mark.fault("F33")),
]


@dataclass
class Search:
    """The search stage, and what it has published."""

    db: Database
    page: ZhihuPage
    published: list[Event] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    attempts: int = 0

    async def publish(self, event: Event) -> None:
        self.published.append(event)

    async def run(self, event: KeywordRequested) -> None:
        """Deliver the message until it has ended."""
        chain = Chain([Link(QuestionOrigin.ZHIHU_PAGE, self.page)], Breakers(None), enough=24)
        handlers = Handlers(self.db, chain, FreshnessSettings(), len(WORK.retry_delays))
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


async def stored(db: Database, keyword: str) -> int:
    count: int = await db.value("SELECT count(*) FROM zhihu_question WHERE keyword = :keyword", keyword=keyword)
    return count


@pytest.mark.parametrize(("fault", "error", "attempts"), FAULTS[:-1])  # a hanging site costs its time twice
async def test_without_an_older_bank_the_search_fails_by_its_name(
    page: ZhihuPage, sandbox: Sandbox, database: Database, fault: str, error: str, attempts: int
) -> None:
    event = KeywordRequested(keyword=f"{fault}音箱", date=DAY, bank_version=1, lane=Lane.BULK)
    sandbox.order_fault("zhihu", fault, match=event.keyword, times=attempts)
    await somebody_waits(database, event.keyword, DAY)
    search = Search(database, page)
    await search.run(event)
    (told,) = search.published
    assert isinstance(told, StageFailed)
    assert told.error.startswith(f"{error}: ")
    assert search.attempts == attempts
    assert await stored(database, event.keyword) == 0
    task = await database.row("SELECT status, error_message FROM task_log")
    assert task is not None
    assert (task["status"], task["error_message"]) == ("failed", told.error)


@pytest.mark.parametrize(("fault", "error", "attempts"), FAULTS)
async def test_an_older_bank_goes_on_and_is_marked_stale(
    page: ZhihuPage, sandbox: Sandbox, database: Database, fault: str, error: str, attempts: int
) -> None:
    event = KeywordRequested(keyword=f"{fault}手表", date=DAY, bank_version=2, lane=Lane.BULK)
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES (:keyword, 1, '2026-01-05', 'ready')",
            keyword=event.keyword,
        )
        await tx.execute(
            "INSERT INTO keyword_day (keyword, date, bank_version) VALUES (:keyword, :date, 2)",
            keyword=event.keyword,
            date=DAY,
        )
    sandbox.order_fault("zhihu", fault, match=event.keyword, times=attempts)
    await somebody_waits(database, event.keyword, DAY)
    search = Search(database, page)
    await search.run(event)
    assert search.published == [KeywordBankBuilt.following(event, bank_version=1)]
    day = await database.row("SELECT bank_version, bank_stale FROM keyword_day")
    assert day is not None
    assert (day["bank_version"], day["bank_stale"]) == (1, True)
    assert await stored(database, event.keyword) == 0
    assert error in str(await database.value("SELECT error_message FROM task_log"))
