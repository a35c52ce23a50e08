"""Two stages: `KeywordBankBuilt` in, `AnswerWanted` out (plan); `AnswerWanted` in, an answer stored (ask).

The last answer of a collection puts `KeywordAnswersCollected` out.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from answerlens_collection.answers import store as answers
from answerlens_collection.answers.answer import Answer
from answerlens_collection.answers.store import Asked
from answerlens_collection.collections import closing
from answerlens_collection.collections import store as collections
from answerlens_collection.collections.plan import plan_keyword_day
from answerlens_collection.collections.store import OPEN, Collection
from answerlens_collector import store
from answerlens_collector.driver import ask
from answerlens_collector.metrics import question_duration, questions
from answerlens_collector.pace import keep_pace
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_common.aio.shutdown import only_waiting
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.errors import TransientError
from answerlens_common.events import (
    AnswerWanted,
    EngineEvent,
    Event,
    KeywordAnswersCollected,
    KeywordBankBuilt,
    KeywordScored,
    Lane,
    StageFailed,
)
from answerlens_common.failures import Failure
from answerlens_common.limits.breakers import Breakers, engine_breaker
from answerlens_common.work.claims import Lease


@dataclass(frozen=True)
class PlanHandlers:
    """The plan stage: which questions are to be asked of which engines."""

    db: Database
    engines: Mapping[str, SiteProfile]

    async def cached(self, event: KeywordBankBuilt) -> list[Event] | None:
        """When the collection of every awaited engine has ended, its outcome is passed on.

        A message that comes before its bank is left: it comes with it again.
        """
        if not await store.has_bank(self.db, event):
            return []
        awaited = await store.awaited_engines(self.db, event)
        if any(one.status is None or one.status in OPEN for one in awaited):
            return None
        return [following for one in awaited for following in outcome(event, one.engine, one.status, one.seen_at)]

    async def on_keyword_bank_built(self, event: KeywordBankBuilt, lease: Lease) -> list[Event]:
        """Open a collection for every awaited engine, one message a question."""
        following: list[Event] = []
        for awaited in await store.awaited_engines(self.db, event):
            if awaited.engine not in self.engines:
                following.append(
                    StageFailed(
                        stage="plan",
                        keyword=event.keyword,
                        date=event.date,
                        engine=awaited.engine,
                        error=f"no collector runs {awaited.engine}: it was disabled, or the collector is older than it",
                        failed_at=awaited.seen_at,
                        code=Failure.ENGINE_DISABLED,
                    )
                )
            else:
                following += await self._plan(event, lease, awaited)
        return following

    async def _plan(self, event: KeywordBankBuilt, lease: Lease, awaited: store.Awaited) -> list[Event]:
        async with lease.write() as tx:
            plan = await plan_keyword_day(
                tx,
                event.keyword,
                event.date,
                awaited.engine,
                bank_version=event.bank_version,
                lane=event.lane,
                repeat=lease.attempt > 1,
            )
            if plan.questions:
                await tx.notify(PROGRESS, event.keyword)
        asked: list[Event] = [
            AnswerWanted.following(
                event, engine=awaited.engine, question_id=question.question_id, replicate=question.replicate
            )
            for question in plan.questions
        ]
        return asked or outcome(event, awaited.engine, plan.status, awaited.seen_at)

    async def failed(self, event: KeywordBankBuilt, lease: Lease, _error: str) -> None:
        """No way on, but the next order must have the questions published again."""
        async with lease.write() as tx:
            await collections.pause_keyword_days(tx, [(event.keyword, event.date)])


@dataclass(frozen=True)
class AskHandlers:
    """The ask stage of one engine: one question, one answer."""

    db: Database
    profile: SiteProfile
    pool: PagePool
    fail_below: float
    breakers: Breakers
    stopping: asyncio.Event

    async def cached(self, event: AnswerWanted) -> list[Event] | None:
        """An answered question is not asked again; a question that nothing waits for is not asked."""
        asked = await self._look_up(event)
        if asked is None:
            return []
        if asked.is_answered:
            return collection_outcome(event, asked.collection)
        if not asked.is_awaited and await closing.pause_unless_awaited(self.db, asked.collection.id):
            return []
        return None

    async def on_answer_wanted(self, event: AnswerWanted, lease: Lease) -> list[Event]:
        """Ask the question in a warm page and store what came."""
        async with AsyncExitStack() as held:
            async with lease.waiting():
                async with only_waiting(self.stopping):
                    page = await held.enter_async_context(self.pool.page(urgent=event.lane is Lane.EXPRESS))
                    # before the account's turn: those who wait for a probe must not all ask at its end
                    guard = self.breakers.guard(engine_breaker(event.engine), TransientError)
                    call = await held.enter_async_context(guard)
                    await keep_pace(self.db, self.profile)
                asked = await self._look_up(event)
                # the wait for a page may have been long: the last who waited for the answer may have left
                if asked is None or (
                    not asked.is_awaited and await closing.pause_unless_awaited(self.db, asked.collection.id)
                ):
                    call.unasked = True
                    return []
                if asked.collection.asked_at is None:
                    async with self.db.transaction() as tx:
                        await collections.begin(tx, asked.collection.id)
            started = time.monotonic()
            answer = await ask(page, self.profile.asked_on(event.date, event.replicate, event.keyword), asked.question)
            # what the site decides about one question is no trouble with the site
            call.failed = answer.status not in {"ok", "refused"}
            seconds = time.monotonic() - started
        question_duration.labels(event.engine).observe(seconds)
        return await self._store(event, lease, asked, answer, seconds)

    async def failed(self, event: AnswerWanted, lease: Lease, error: str) -> list[Event]:
        """One question that fails does not fail the keyword: that it failed is its outcome."""
        asked = await self._look_up(event)
        if asked is None:
            return []
        return await self._store(event, lease, asked, Answer(status="failed", error=error), 0.0)

    async def _look_up(self, event: AnswerWanted) -> Asked | None:
        key = await answers.find(self.db, event.keyword, event.date, event.engine, event.question_id, event.replicate)
        return None if key is None else await answers.look_up(self.db, key)

    async def _store(
        self, event: AnswerWanted, lease: Lease, asked: Asked, answer: Answer, seconds: float
    ) -> list[Event]:
        questions.labels(event.engine, answer.status).inc()
        async with lease.write() as tx:
            await answers.store(tx, asked, answer, seconds=seconds)
            collection = await closing.close_when_answered(tx, asked.collection.id, self.fail_below)
            await tx.notify(PROGRESS, event.keyword)
        return collection_outcome(event, collection or asked.collection)


def collection_outcome(event: AnswerWanted, collection: Collection) -> list[Event]:
    """What follows from a question's collection as it is now."""
    # the collection's lane, not the message's: an order may have begun to wait for it since
    carried = event.model_copy(update={"lane": collection.lane})
    return outcome(carried, event.engine, collection.status, collection.failed_at)


def outcome(
    event: KeywordBankBuilt | AnswerWanted, engine: str, status: CollectionStatus | None, failed_at: dt.datetime | None
) -> list[Event]:
    """What follows from a collection's status: nothing while it goes on, or when it had failed and goes on again.

    A failure is that of the orders that had come by `failed_at`.
    """
    carried = EngineEvent.following(event, engine=engine)
    match status:
        case CollectionStatus.COLLECTED:
            return [KeywordAnswersCollected.following(carried)]
        case CollectionStatus.SCORED:
            return [KeywordScored.following(carried)]
        case CollectionStatus.FAILED if failed_at is not None:
            return [
                StageFailed(
                    stage="collect",
                    keyword=event.keyword,
                    date=event.date,
                    engine=engine,
                    error=f"too few answers from {engine}",
                    failed_at=failed_at,
                    code=Failure.TOO_FEW_ANSWERS,
                )
            ]
        case _:
            return []
