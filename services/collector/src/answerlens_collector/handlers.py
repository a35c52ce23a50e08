"""Two stages: `KeywordBankBuilt` in, `QuestionQueued` out (plan); `QuestionQueued` in, an answer stored (ask).

The last answer of a collection puts `CollectionAnswered` out.
"""

import asyncio
import time
from collections.abc import Container, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from answerlens_collection.answers import store as answers
from answerlens_collection.answers.answer import Answer
from answerlens_collection.answers.store import Asked
from answerlens_collection.collections import closing
from answerlens_collection.collections import store as collections
from answerlens_collection.collections.plan import plan_keyword_day
from answerlens_collection.collections.store import OPEN, Collection
from answerlens_collection.messages import asked_of, question_of
from answerlens_collector import store
from answerlens_collector.engines.engine import Engine, Question
from answerlens_collector.metrics import question_duration, questions
from answerlens_collector.outcome import outcome
from answerlens_collector.pace import keep_pace
from answerlens_common.aio.shutdown import abandon_on_shutdown
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.errors import TransientError
from answerlens_common.events import (
    Event,
    KeywordBankBuilt,
    Lane,
    QuestionQueued,
    StageFailed,
)
from answerlens_common.failures import Failure
from answerlens_common.limits.breakers import Breakers, engine_breaker
from answerlens_common.stage_names import StageName
from answerlens_common.work.claims import Lease


@dataclass(frozen=True)
class PlanHandlers:
    """The plan stage: which questions are to be asked of which engines; `refused`: why a file cannot be used."""

    db: Database
    engines: Container[str]
    refused: Mapping[str, str] = field(default_factory=dict)

    async def cached(self, event: KeywordBankBuilt) -> list[Event] | None:
        """When the collection of every awaited engine has ended, its outcome is passed on.

        A message that comes before its bank is left: it comes with it again.
        """
        if not await store.has_bank(self.db, event):
            return []
        awaited = await store.awaited_engines(self.db, event)
        ended = [one for one in awaited if one.collection is not None and one.collection.status not in OPEN]
        if len(ended) < len(awaited):
            return None
        return [following for one in ended for following in _as_seen(event, one)]

    async def on_keyword_bank_built(self, event: KeywordBankBuilt, lease: Lease) -> list[Event]:
        """Open a collection for every awaited engine, one message a question."""
        following: list[Event] = []
        for awaited in await store.awaited_engines(self.db, event):
            if awaited.engine not in self.engines:
                why = self.refused.get(awaited.engine, "it was disabled, or the collector is older than it")
                following.append(
                    StageFailed(
                        stage=StageName.PLAN,
                        keyword=event.keyword,
                        date=event.date,
                        engine=awaited.engine,
                        error=f"no collector runs {awaited.engine}: {why}",
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
        asked = asked_of(plan.collection, plan.questions, event.lane) if plan.collection else []
        return asked or _as_seen(event, replace(awaited, collection=plan.collection))

    async def failed(self, event: KeywordBankBuilt, lease: Lease, _error: str) -> None:
        """Planning has failed for good: the next order has the questions published again."""
        async with lease.write() as tx:
            await collections.pause_keyword_days(tx, [(event.keyword, event.date)])


def _as_seen(event: KeywordBankBuilt, awaited: store.Awaited) -> list[Event]:
    """What follows from an awaited collection, as it was seen."""
    return [] if awaited.collection is None else outcome(awaited.collection, event.lane, awaited.seen_at)


@dataclass(frozen=True)
class AskHandlers:
    """The ask stage of one engine: one question, one answer."""

    db: Database
    engine: Engine
    fail_below: float
    breakers: Breakers
    stopping: asyncio.Event

    async def cached(self, event: QuestionQueued) -> list[Event] | None:
        """An answered question is not asked again; a question that nothing waits for is not asked."""
        asked = await self._look_up(event)
        if asked is None:
            return []
        if asked.is_answered:
            return _outcome(asked.collection)
        if not asked.is_awaited and await closing.pause_unless_awaited(self.db, asked.collection.id):
            return []
        return None

    async def on_question_queued(self, event: QuestionQueued, lease: Lease) -> list[Event]:
        """Ask the question at a free place and store what came."""
        async with AsyncExitStack() as held:
            async with lease.before_external_call():
                async with abandon_on_shutdown(self.stopping):
                    ask = await held.enter_async_context(self.engine.place(urgent=event.lane is Lane.EXPRESS))
                    # before the account's turn: questions that wait for a probe must not all be asked at its end
                    guard = self.breakers.guard(engine_breaker(event.engine), TransientError)
                    call = await held.enter_async_context(guard)
                    await keep_pace(self.db, self.engine.name, self.engine.seconds_between_asks)
                asked = await self._look_up(event)
                # the wait for a place may have been long: the last who waited for the answer may have left
                if asked is None or (
                    not asked.is_awaited and await closing.pause_unless_awaited(self.db, asked.collection.id)
                ):
                    call.unasked = True
                    return []
                if asked.collection.asked_at is None:
                    async with self.db.transaction() as tx:
                        await collections.begin(tx, asked.collection.id)
            started = time.monotonic()
            collection = asked.collection
            question = Question(asked.question, collection.date, event.replicate, collection.keyword or "")
            answer = await ask(question)
            # what the engine decides about one question is no trouble with the engine
            call.failed = answer.status not in {AnswerStatus.OK, AnswerStatus.REFUSED}
            seconds = time.monotonic() - started
        question_duration.labels(event.engine).observe(seconds)
        return await self._store(lease, asked, answer, seconds)

    async def failed(self, event: QuestionQueued, lease: Lease, error: str) -> list[Event]:
        """One question that fails does not fail the keyword: that it failed is its outcome."""
        asked = await self._look_up(event)
        if asked is None:
            return []
        return await self._store(lease, asked, Answer(status=AnswerStatus.FAILED, error=error), 0.0)

    async def _look_up(self, event: QuestionQueued) -> Asked | None:
        return await answers.look_up(self.db, question_of(event))

    async def _store(self, lease: Lease, asked: Asked, answer: Answer, seconds: float) -> list[Event]:
        questions.labels(asked.collection.engine, answer.status).inc()
        async with lease.write() as tx:
            await answers.store(tx, asked, answer, seconds=seconds)
            collection = await closing.close_when_answered(tx, asked.collection.id, self.fail_below)
            if asked.collection.keyword is not None:
                await tx.notify(PROGRESS, asked.collection.keyword)
        return _outcome(collection or asked.collection)


def _outcome(collection: Collection) -> list[Event]:
    """What follows on the collection's lane, not the message's: an order may have begun to wait for it since."""
    return outcome(collection, collection.lane, collection.failed_at)
