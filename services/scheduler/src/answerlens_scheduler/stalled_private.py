"""The stalled check of private collections: one in which nothing moves is re-entered, at what is missing.

No bank and no day leads back to a client's own questions. Those without an answer are published again, or that all have
ended, that the answers are scored, that they were too few. When to do so, and when to give up, is decided as for a
keyword's day (`stalled.Stalled`). A collection that is given up fails for the diagnosis or import that waits for it.
One whose engine is enabled no more is given up at once, whatever waits: its messages have no consumer, or not even a
queue. An import's collections have been answered when they are opened: no engine is asked.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_collection.answers.questions import unanswered
from answerlens_collection.collections.store import get, take_up
from answerlens_collection.messages import asked_of
from answerlens_common.broker.topology import Queue, queues_of
from answerlens_common.contracts.engines import RUN_KINDS
from answerlens_common.contracts.statuses import CollectionStatus, TaskStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import (
    CollectionAnswered,
    CollectionScored,
    Event,
    Lane,
    QuestionQueued,
    StageFailed,
    SubjectAnalysed,
)
from answerlens_common.failures import Failure
from answerlens_common.observing.logs import get_logger
from answerlens_common.stage_names import StageName
from answerlens_scheduler.stalled import RESUME, Stalled, Verdict, waiting_queues_of

# As for a keyword's day: no row has come, no claim is held or waits for its retry, no event is still to be published,
# and no breaker is open that the stage asks, unless it has not been tried for long. Where the engine is disabled, the
# last two are nothing to wait for.
_IDLE = """
WITH unpublished AS MATERIALIZED (
    SELECT DISTINCT body::jsonb ->> 'collection_id' AS id FROM outbox WHERE published_at IS NULL
)
SELECT c.id, c.engine, c.date, c.status, logged.times, moved.seconds, unasked.is_disabled
FROM (
    SELECT id FROM diagnosis WHERE status IN ('queued', 'running')
    UNION ALL SELECT id FROM answer_import WHERE status = 'analysing'
) owner JOIN collection c ON c.owner_id = owner.id
CROSS JOIN LATERAL (
    SELECT count(*) AS times, max(started_at) AS last FROM task_log
    WHERE keyword = '' AND date = c.date AND task_type = :resume
        AND progress_checkpoint ->> 'collection_id' = c.id::text
) logged
CROSS JOIN LATERAL (
    SELECT EXTRACT(EPOCH FROM clock_timestamp() - GREATEST(
        c.created_at,
        c.completed_at,
        logged.last,
        (SELECT max(created_at) FROM ai_answer
            WHERE collection_id = c.id AND retention = c.retention AND answer_date = c.date),
        (SELECT max(created_at) FROM question_score
            WHERE collection_id = c.id AND retention = c.retention AND answer_date = c.date)
    ))::float AS seconds
) moved
CROSS JOIN LATERAL (
    SELECT c.status IN ('collecting', 'paused') AND NOT EXISTS (
        SELECT FROM engine WHERE name = c.engine AND enabled AND kind = ANY(CAST(:kinds AS text[]))
    ) AS is_disabled
) unasked
WHERE moved.seconds >= :lost
AND EXISTS (SELECT FROM collection_subject WHERE collection_id = c.id AND status = 'pending')
AND NOT EXISTS (
    SELECT FROM claim WHERE stage IN ('ask', 'score', 'analyse') AND scope = 'collection:' || c.id AND status <> 'done'
    AND lease_until > clock_timestamp()
)
AND (unasked.is_disabled OR NOT EXISTS (SELECT FROM unpublished WHERE id = c.id::text))
AND (unasked.is_disabled OR NOT EXISTS (
    SELECT FROM breaker WHERE opened_at IS NOT NULL
    AND CASE WHEN c.status = 'collected' THEN name = 'llm_api'
        WHEN c.status IN ('collecting', 'paused') THEN name IN ('playwright', 'engine:' || c.engine) END
    AND opened_at + make_interval(secs => open_seconds + :seconds) > clock_timestamp()
))
ORDER BY c.id
"""


@dataclass(frozen=True)
class _Idle:
    """A private collection that is waited for, and in which nothing has moved for so many seconds.

    Attributes:
        times: how often it has been re-entered.
        is_disabled: it is still to be asked, and no collector runs its engine.
    """

    id: int
    engine: str
    date: dt.date
    status: str
    times: int
    seconds: float
    is_disabled: bool

    @property
    def queues(self) -> Sequence[Queue]:
        """Where the messages are that it waits for, if they are not lost."""
        match self.status:
            case CollectionStatus.COLLECTED:
                own = waiting_queues_of(CollectionAnswered)
            case CollectionStatus.SCORED:
                own = (*waiting_queues_of(CollectionScored), *queues_of(SubjectAnalysed))
            case CollectionStatus.FAILED:
                own = ()
            case _:
                own = waiting_queues_of(QuestionQueued, self.engine)
        return [*own, *queues_of(StageFailed)]


async def idle_private_queues(db: Database, limits: Stalled) -> set[Queue]:
    """The queues in which the messages of private collections that stand still may wait."""
    return {queue for each in await _idle(db, limits) if not each.is_disabled for queue in each.queues}


async def resume_private(tx: Transaction, limits: Stalled, *, asked: set[Queue], waiting: set[Queue]) -> int:
    """Re-enter every private collection that stands still, or give it up; how many there were."""
    stalled = 0
    for each in await _idle(tx, limits):
        if each.is_disabled:
            await _give_up(tx, each, f"no collector runs {each.engine}: it is not enabled", Failure.ENGINE_DISABLED)
            stalled += 1
            continue
        match limits.verdict(each.times, each.seconds, each.queues, asked=asked, waiting=waiting):
            case Verdict.RE_ENTER:
                await enqueue(tx, await _next_events(tx, each))
                await _log(tx, each, TaskStatus.COMPLETED, None)
            case Verdict.FAIL:
                error = f"nothing has moved for {limits.seconds:g} s, re-entered {limits.resumes} times"
                await _give_up(tx, each, error, Failure.STALLED)
            case Verdict.LEAVE:
                continue
        stalled += 1
    if stalled:
        get_logger().warning("stalled private collections found", collections=stalled)
    return stalled


async def _idle(db: Database | Transaction, limits: Stalled) -> list[_Idle]:
    return await db.rows(
        _IDLE, _Idle, resume=RESUME, lost=limits.shortest, seconds=limits.seconds, kinds=list(RUN_KINDS)
    )


async def _give_up(tx: Transaction, idle: _Idle, error: str, code: Failure) -> None:
    await enqueue(tx, [await _failure(tx, idle, error, StageName.STALLED, code)])
    await _log(tx, idle, TaskStatus.FAILED, error)


async def _next_events(tx: Transaction, idle: _Idle) -> list[Event]:
    match idle.status:
        case CollectionStatus.COLLECTED:
            return [CollectionAnswered(collection_id=idle.id, engine=idle.engine, lane=Lane.EXPRESS)]
        case CollectionStatus.SCORED:
            return [CollectionScored(collection_id=idle.id, engine=idle.engine, lane=Lane.EXPRESS)]
        case CollectionStatus.FAILED:
            return [await _too_few_answers(tx, idle)]
        case CollectionStatus.PAUSED:
            await take_up(tx, idle.id, Lane.EXPRESS)
    collection = await get(tx, idle.id)
    return asked_of(collection, await unanswered(tx, collection), Lane.EXPRESS) if collection else []


async def _too_few_answers(tx: Transaction, idle: _Idle) -> StageFailed:
    """That it had failed, once more: its diagnosis has not heard of it."""
    error = f"too few answers from {idle.engine}"
    return await _failure(tx, idle, error, StageName.COLLECT, Failure.TOO_FEW_ANSWERS)


async def _failure(tx: Transaction, idle: _Idle, error: str, stage: StageName, code: Failure) -> StageFailed:
    return StageFailed(
        stage=stage,
        date=idle.date,
        engine=idle.engine,
        collection_id=idle.id,
        error=error,
        failed_at=await tx.value("SELECT now()"),
        code=code,
    )


async def _log(tx: Transaction, idle: _Idle, status: TaskStatus, error: str | None) -> None:
    await tx.execute(
        "INSERT INTO task_log (keyword, date, engine, task_type, status, error_message, progress_checkpoint,"
        " completed_at) VALUES ('', :date, :engine, :type, :status, :error, CAST(:about AS jsonb), clock_timestamp())",
        date=idle.date,
        engine=idle.engine,
        type=RESUME,
        status=status.value,
        error=error,
        about=json.dumps({"collection_id": idle.id}),
    )
