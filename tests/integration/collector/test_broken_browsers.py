"""Browsers that die, crash and hang under questions of a run: who pays for it, who does not, and what is left."""

import asyncio
import datetime as dt
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page

from answerlens_collection.collections.store import open_keyword_day
from answerlens_collector import driver
from answerlens_collector.app import ask_stage
from answerlens_collector.engines import BrowserEngine
from answerlens_collector.handlers import AskHandlers
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_collector.site_errors import AnswerTimeoutError
from answerlens_common.aio.shutdown import StoppingError
from answerlens_common.broker.delivery import Delivery, RetryError
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.browser.errors import BrowserCrashedError
from answerlens_common.db import Database
from answerlens_common.events import Lane, QuestionQueued
from answerlens_common.limits.breakers import PLAYWRIGHT, BreakerOpenError, Breakers, engine_breaker, rows
from answerlens_common.settings import RabbitSettings, WorkSettings
from answerlens_common.work.runner import StageRunner
from tests.integration.collector.test_pool import group_of, members
from tests.support.sandbox import Sandbox

KEYWORD = "蓝牙耳机"
DAY = dt.date(2026, 7, 1)
ENGINE = "chat-a"
WORK = WorkSettings(retry_delays=(1, 1), lease_seconds=10, grace_seconds=5)
QUESTIONS = 6


def question(number: int) -> str:
    return f"蓝牙耳机坏浏览器里的第{number}问"


@dataclass
class Collection:
    """A run whose questions are asked one by one; three of them hang."""

    db: Database
    pool: PagePool
    runner: StageRunner[QuestionQueued]
    sandbox: Sandbox
    pages: int
    stopping: asyncio.Event

    async def ask(self, number: int) -> None:
        event = QuestionQueued(
            keyword=KEYWORD,
            date=DAY,
            bank_version=1,
            lane=Lane.EXPRESS,
            engine=ENGINE,
            question_id=f"1-0-{number:02d}",
            replicate=1,
        )
        _, failed = (await self.attempts()).get(number, ("", 0))
        await self.runner(event, f"message-{number}", failed)

    async def asking(self, *numbers: int) -> "list[asyncio.Task[None]]":
        """Questions that the site does not answer, once it has them all."""
        asked = len(self.sandbox.journal())
        for number in numbers:
            self.sandbox.order_fault(ENGINE, "hang", match=question(number))
        tasks = [asyncio.create_task(self.ask(number)) for number in numbers]
        async with asyncio.timeout(60):
            while not {*map(question, numbers)} <= {row["question"] for row in self.sandbox.journal()[asked:]}:
                await asyncio.sleep(0.05)
                continue
        return tasks

    async def attempts(self) -> dict[int, tuple[str, int]]:
        found = await self.db.rows("SELECT item, status, attempts FROM claim ORDER BY item")
        return {int(row["item"].partition("#")[0]): (row["status"], row["attempts"]) for row in found}

    async def answered(self) -> list[tuple[str, str]]:
        found = await self.db.rows("SELECT question_id, status FROM ai_answer ORDER BY question_id")
        return [(row["question_id"], row["status"]) for row in found]

    def groups(self) -> set[int]:
        return {host.browser.processes.group for host in self.pool._hosts}

    async def page_with(self, number: int) -> Page:
        """The page on which a question is being asked."""
        contexts = [context for host in self.pool._hosts for context in host.browser._browser.contexts]
        for page in (page for context in contexts for page in context.pages):
            if await page.get_by_text(question(number)).count():
                return page
        raise AssertionError


@pytest.fixture
async def collection(
    database: Database, sandbox: Sandbox, profiles: dict[str, SiteProfile], rabbitmq_url: str
) -> AsyncIterator[Collection]:
    """A run with more questions than are asked, so that it does not end."""
    questions = [question(number) for number in range(1, QUESTIONS + 1)]
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
            " generated_question, source_questions)"
            " SELECT :keyword, 1, '1-0-' || lpad(number::text, 2, '0'), 0, '选购', question, '[]'"
            " FROM unnest(CAST(:questions AS text[])) WITH ORDINALITY AS q (question, number)",
            keyword=KEYWORD,
            questions=questions,
        )
        await tx.execute("INSERT INTO engine VALUES (:engine, 'browser', 'browser', true, 1, '{}')", engine=ENGINE)
        await open_keyword_day(tx, KEYWORD, DAY, ENGINE, bank_version=1, lane=Lane.EXPRESS)
        user = await tx.value("INSERT INTO users (name, role, key_sha256) VALUES ('u', 'client', 'k') RETURNING id")
        order = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " VALUES (:user, :keyword, '索尼', '{}', '{chat-a}', :date) RETURNING id",
            user=user,
            keyword=KEYWORD,
            date=DAY,
        )
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:order, :date, :keyword)",
            order=order,
            date=DAY,
            keyword=KEYWORD,
        )
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:order, :date, :engine)",
            order=order,
            date=DAY,
            engine=ENGINE,
        )
    profile = profiles[ENGINE].model_copy(
        update={"finish": profiles[ENGINE].finish.model_copy(update={"timeout_seconds": 600.0})}
    )
    breakers = Breakers(database)
    async with BrowserEngine(profile, BrowserSettings(), breakers) as engine:
        delivery = Delivery("bench", RabbitSettings(url=rabbitmq_url), WORK)
        stage = ask_stage(AskHandlers(database, engine, 0.5, breakers, delivery.stopping))
        runner = StageRunner(stage, database, delivery, WORK)
        yield Collection(database, engine.pool, runner, sandbox, engine.places, delivery.stopping)
    sandbox.clear_faults()


async def failures(db: Database, name: str) -> int:
    return int((await rows.look(db, name)).failure_count)


@pytest.mark.fault("F34")
async def test_a_killed_browser_costs_the_questions_in_hand_one_ask_and_counts_once(collection: Collection) -> None:
    await collection.ask(1)
    asking = await collection.asking(2, 3, 4)
    (group,) = collection.groups()
    os.kill(group, signal.SIGKILL)
    ended = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(error.error) for error in ended if isinstance(error, RetryError)] == [BrowserCrashedError] * 3
    assert await collection.attempts() == {1: ("done", 1), **dict.fromkeys((2, 3, 4), ("waiting", 1))}
    assert await failures(collection.db, PLAYWRIGHT) == 1
    assert await failures(collection.db, engine_breaker(ENGINE)) == 0
    await asyncio.gather(*(collection.ask(number) for number in (2, 3, 4, 5)))
    assert await collection.attempts() == {1: ("done", 1), **dict.fromkeys((2, 3, 4), ("done", 2)), 5: ("done", 1)}
    assert {status for _, status in await collection.answered()} == {"ok"}
    assert members(group) == []
    assert await failures(collection.db, PLAYWRIGHT) == 0, "an answer speaks for the browsers"


@pytest.mark.fault("F34")
async def test_a_crashed_tab_costs_its_own_question_only(collection: Collection) -> None:
    first, second = await collection.asking(1, 2)
    page = await collection.page_with(1)
    group = group_of(page, collection.pool)
    session = await page.context.new_cdp_session(page)
    crashing = asyncio.create_task(session.send("Page.crash"))  # a dead page does not answer
    with pytest.raises(RetryError):
        await asyncio.wait_for(first, 60)
    crashing.cancel()
    assert not second.done()
    assert await failures(collection.db, PLAYWRIGHT) == 1
    await collection.ask(1)
    assert collection.groups() == {group}, "the browser goes on"
    assert await collection.attempts() == {1: ("done", 2), 2: ("held", 1)}
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


@pytest.mark.fault("F34")
async def test_a_hung_renderer_costs_its_own_question_only(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "PREPARE_SECONDS", -590.0)  # ten seconds for a question
    (first,) = await collection.asking(1)
    (group,) = collection.groups()
    stopped = [pid for pid in members(group) if b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()]  # noqa: ASYNC240 no file
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    with pytest.raises(RetryError) as error:
        await asyncio.wait_for(first, 60)
    assert isinstance(error.value.error, AnswerTimeoutError)
    await collection.ask(1)
    await collection.ask(2)
    assert await collection.attempts() == {1: ("done", 2), 2: ("done", 1)}
    assert {status for _, status in await collection.answered()} == {"ok"}
    async with asyncio.timeout(30):
        while {*stopped} & {*members(group)}:
            await asyncio.sleep(0.1)
            continue


@pytest.mark.fault("F34")
async def test_browsers_that_go_on_crashing_are_left_alone(collection: Collection) -> None:
    for number in (1, 2):
        asking = await collection.asking(number)
        (group,) = collection.groups()
        os.kill(group, signal.SIGKILL)
        with pytest.raises(RetryError):
            await asking[0]
    assert (await rows.look(collection.db, PLAYWRIGHT)).state == "open"
    collection.runner._delivery.stopping.set()  # else it would be waited for
    with pytest.raises(BreakerOpenError):
        await collection.ask(3)
    assert 3 not in await collection.attempts()


async def test_a_question_that_waits_for_a_page_when_the_service_stops_goes_back_unasked(
    collection: Collection,
) -> None:
    before = len(collection.sandbox.journal())
    asked = range(1, collection.pages + 1)
    asking = await collection.asking(*asked)
    last = collection.pages + 1
    waiting = asyncio.create_task(collection.ask(last))
    async with asyncio.timeout(20):
        while not await collection.db.value("SELECT 1 FROM claim WHERE NOT external_call_made"):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
    collection.stopping.set()
    with pytest.raises(StoppingError):
        await waiting
    assert await collection.attempts() == {**dict.fromkeys(asked, ("held", 1)), last: ("waiting", 0)}
    assert question(last) not in {row["question"] for row in collection.sandbox.journal()[before:]}
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
