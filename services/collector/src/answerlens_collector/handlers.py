"""Two stages: `KeywordBankBuilt` in, `AnswerWanted` out (plan); `AnswerWanted` in, an answer stored (ask).

The last answer of a run puts `KeywordAnswersCollected` out.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from answerlens_collector.answer import Answer
from answerlens_collector.cache import answers, runs
from answerlens_collector.driver import ask
from answerlens_collector.metrics import question_duration, questions
from answerlens_collector.pace import keep_pace
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_common.aio.shutdown import only_waiting
from answerlens_common.db import Database
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
        """When every wanted engine's run has ended, its outcome is passed on.

        A message that comes before its bank is left: it comes with it again.
        """
        if not await runs.has_bank(self.db, event):
            return []
        wanted = await runs.wanted_runs(self.db, event)
        if any(run.status in {None, "collecting", "paused"} for run in wanted):
            return None
        return [following for run in wanted for following in outcome(event, run.engine, run.status, run.seen_at)]

    async def on_keyword_bank_built(self, event: KeywordBankBuilt, lease: Lease) -> list[Event]:
        """Open a run for every wanted engine, one message a question."""
        following: list[Event] = []
        for run in await runs.wanted_runs(self.db, event):
            if run.engine not in self.engines:
                following.append(
                    StageFailed(
                        stage="plan",
                        keyword=event.keyword,
                        date=event.date,
                        engine=run.engine,
                        error=f"no collector runs {run.engine}: it was disabled, or the collector is older than it",
                        failed_at=run.seen_at,
                        code=Failure.ENGINE_DISABLED,
                    )
                )
            else:
                status, questions = await runs.plan(lease, event, run.engine)
                following += questions or outcome(event, run.engine, status, run.seen_at)
        return following

    async def failed(self, event: KeywordBankBuilt, lease: Lease, _error: str) -> None:
        """No way on, but the next order must find the runs open."""
        await runs.pause_all(lease, event)


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
        """An answered question is not asked again; a question nobody waits for is not asked."""
        asked = await answers.look_up(self.db, event)
        if asked is None:
            return []
        if asked.answered:
            return await self._outcome(event, asked, asked.run_status)
        if not asked.wanted and await answers.pause(self.db, event):
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
                asked = await answers.look_up(self.db, event)
                # the wait for a page may have been long: the last who wanted the answer may have left
                if asked is None or (not asked.wanted and await answers.pause(self.db, event)):
                    call.unasked = True
                    return []
                if not asked.begun:
                    await answers.begin(self.db, event)
            started = time.monotonic()
            answer = await ask(page, self.profile.asked_on(event.date, event.replicate, event.keyword), asked.question)
            # what the site decides about one question is no trouble with the site
            call.failed = answer.status not in {"ok", "refused"}
            seconds = time.monotonic() - started
        question_duration.labels(event.engine).observe(seconds)
        return await self._store(event, lease, asked, answer, seconds)

    async def failed(self, event: AnswerWanted, lease: Lease, error: str) -> list[Event]:
        """One question that fails does not fail the keyword: that it failed is its outcome."""
        asked = await answers.look_up(self.db, event)
        if asked is None:
            return []
        return await self._store(event, lease, asked, Answer(status="failed", error=error), 0.0)

    async def _store(
        self, event: AnswerWanted, lease: Lease, asked: answers.Asked, answer: Answer, seconds: float
    ) -> list[Event]:
        questions.labels(event.engine, answer.status).inc()
        status = await answers.store(lease, event, asked, answer, seconds=seconds, fail_below=self.fail_below)
        return await self._outcome(event, asked, status)

    async def _outcome(self, event: AnswerWanted, asked: answers.Asked, status: str) -> list[Event]:
        failed_at = await answers.failed_at(self.db, event) if status == "failed" else None
        # the run's lane, not the message's: somebody may have begun to wait for it since
        return outcome(event.model_copy(update={"lane": asked.lane}), event.engine, status, failed_at)


def outcome(
    event: KeywordBankBuilt | AnswerWanted, engine: str, status: str | None, failed_at: dt.datetime | None
) -> list[Event]:
    """What follows from a run's status: nothing while it goes on, or when it had failed and goes on again.

    A failure is that of those who had come by `failed_at`.
    """
    carried = EngineEvent.following(event, engine=engine)
    match status:
        case "collected":
            return [KeywordAnswersCollected.following(carried)]
        case "scored":
            return [KeywordScored.following(carried)]
        case "failed" if failed_at is not None:
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
