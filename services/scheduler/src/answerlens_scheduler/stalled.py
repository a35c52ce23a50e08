"""The stalled check: a keyword's day in which nothing moves is re-entered, at the first stage that is missing.

Whatever was lost on the way (a deleted queue, a dead worker that was not replaced), the rows say how far the work has
come; re-entering repeats nothing that is stored. While messages wait in its stage's queues, the day's own may be
among them: at night hundreds of keywords wait for their turn. Queues cannot be searched, so such a day is re-entered
only when nothing has moved for long: each time its questions may be published once more, which costs a look each. It
never fails while messages wait. One without any is re-entered soon. After a few times in vain, of either kind, a day
fails; the orders that wait are told.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from answerlens_collection.collections.store import pause_keyword_days
from answerlens_common.broker.topology import Queue, former_queues_of, queues_of
from answerlens_common.contracts.statuses import CollectionStatus, TaskStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import (
    CollectionAnswered,
    CollectionScored,
    Event,
    KeywordBankBuilt,
    KeywordRequested,
    KeywordSearched,
    Lane,
    OrderAnalysed,
    QuestionQueued,
    StageFailed,
)
from answerlens_common.failures import Failure
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import FreshnessSettings
from answerlens_common.stage_names import StageName
from answerlens_orders.measurements.entry import Day, first_events_of_days

RESUME = "resume"

# Open days in which nothing has moved: no row has come, no claim is held or waits for its retry, and no event about
# their keyword, or about an order on it, is still to be published. Work that waits for an open breaker that
# its stage asks is not lost either; when that breaker has not been tried for long, it may be. What is open is found by
# indexes that hold nothing else, and what has not been published is read once: the cost goes with the open days, not
# with what has ended.
_IDLE = """
WITH open AS MATERIALIZED (
    SELECT wanted.keyword, wanted.date, array_agg(wanted.engine) AS engines,
        array_agg(COALESCE(run.status, '')) AS statuses, max(wanted.created_at) AS moved,
        bool_or(wanted.placed) AS placed
    FROM (
        SELECT m.keyword, date, engine, max(m.created_at) AS created_at, bool_or(date = first_date) AS placed
        FROM measurement m JOIN measurement_engine e USING (order_id, date) JOIN orders ON orders.id = order_id
        WHERE m.status IN ('queued', 'running') AND e.status = 'pending' GROUP BY m.keyword, date, engine
    ) wanted LEFT JOIN keyword_collection run USING (keyword, date, engine)
    GROUP BY wanted.keyword, wanted.date
), unpublished AS MATERIALIZED (
    SELECT DISTINCT COALESCE(event.body ->> 'keyword', orders.keyword) AS keyword
    FROM (SELECT body::jsonb AS body FROM outbox WHERE published_at IS NULL) event
    LEFT JOIN orders ON orders.id = (event.body ->> 'order_id')::uuid
)
SELECT open.keyword, open.date, open.engines, open.statuses, open.placed, logged.times, moved.seconds,
    stage.has_bank
FROM open
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE task_type = :resume) AS times, max(GREATEST(started_at, completed_at)) AS last
    FROM task_log WHERE keyword = open.keyword AND date = open.date
) logged
CROSS JOIN LATERAL (
    SELECT EXTRACT(EPOCH FROM clock_timestamp() - GREATEST(
        open.moved,
        logged.last,
        (SELECT max(created_at) FROM keyword_answer WHERE keyword = open.keyword AND answer_date = open.date),
        (SELECT max(created_at) FROM keyword_score WHERE keyword = open.keyword AND answer_date = open.date),
        (SELECT max(created_at) FROM question_bank WHERE keyword = open.keyword)
    ))::float AS seconds
) moved
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM keyword_day d JOIN bank b ON b.keyword = d.keyword AND b.version = d.bank_version
        WHERE d.keyword = open.keyword AND d.date = open.date AND b.status = 'ready') AS has_bank
) stage
WHERE moved.seconds >= :lost
AND NOT EXISTS (
    SELECT FROM claim WHERE keyword = open.keyword AND date = open.date AND status <> 'done'
    AND lease_until > clock_timestamp()
)
AND NOT EXISTS (SELECT FROM unpublished WHERE keyword = open.keyword)
AND NOT EXISTS (
    SELECT FROM breaker WHERE opened_at IS NOT NULL
    AND CASE
        WHEN NOT stage.has_bank THEN name IN ('zhihu_search', 'zhihu_api', 'llm_api', 'playwright')
        ELSE EXISTS (
            SELECT FROM unnest(open.engines, open.statuses) AS run (engine, status)
            WHERE (run.status IN ('', 'collecting', 'paused') AND name IN ('playwright', 'engine:' || run.engine))
                OR (run.status = 'collected' AND name = 'llm_api')
        )
    END
    AND opened_at + make_interval(secs => open_seconds + :seconds) > clock_timestamp()
)
ORDER BY open.keyword, open.date
"""


@dataclass(frozen=True)
class _IdleDay:
    """An open day in which nothing has moved.

    Attributes:
        engines, statuses: those that are waited for, and how the collection of each stands; "" where there is none.
        placed: it is the first day of an order.
        times: how often it has been re-entered.
        seconds: since something moved.
    """

    keyword: str
    date: dt.date
    engines: list[str]
    statuses: list[str]
    placed: bool
    times: int
    seconds: float
    has_bank: bool


WithMessages = Callable[[Iterable[Queue]], Awaitable[set[Queue]]]


class Verdict(Enum):
    """What is done about work that stands still."""

    RE_ENTER = auto()
    FAIL = auto()
    LEAVE = auto()


@dataclass(frozen=True)
class Stalled:
    """When a day is re-entered, and when it fails.

    Attributes:
        lost_seconds: nothing has moved for so long and no message of its stage waits: it is re-entered.
        seconds: nothing has moved for so long since the last time it was re-entered: it fails; or is
            re-entered, though messages of its stage wait.
        resumes: how often.
    """

    lost_seconds: float
    seconds: float
    resumes: int

    @property
    def shortest(self) -> float:
        """How long nothing has moved, at least, in work that is looked at."""
        return min(self.lost_seconds, self.seconds)

    def verdict(
        self, times: int, idle_seconds: float, queues: Collection[Queue], *, asked: set[Queue], waiting: set[Queue]
    ) -> Verdict:
        """What is done about work that was re-entered so often, and stands still for so long.

        `waiting` are those of the `asked` queues that had messages. Work that has other `queues` by now has moved, or
        is new: it is left for the next check.
        """
        if not asked.issuperset(queues):
            return Verdict.LEAVE
        has_messages = not waiting.isdisjoint(queues)
        is_long = idle_seconds >= self.seconds
        if times < self.resumes:
            return Verdict.RE_ENTER if is_long or not has_messages else Verdict.LEAVE
        return Verdict.FAIL if is_long and not has_messages else Verdict.LEAVE


async def idle_queues(db: Database, limits: Stalled) -> set[Queue]:
    """The queues in which the messages of days that stand still may wait."""
    return {queue for day in await _idle(db, limits) for queue in _queues(day)}


async def resume_stalled(
    tx: Transaction, limits: Stalled, freshness: FreshnessSettings, *, asked: set[Queue], waiting: set[Queue]
) -> int:
    """Re-enter every stalled day, or fail it after the last time; returns how many there were."""
    found: dict[Verdict, list[_IdleDay]] = {verdict: [] for verdict in Verdict}
    for day in await _idle(tx, limits):
        found[limits.verdict(day.times, day.seconds, _queues(day), asked=asked, waiting=waiting)].append(day)
    resumed, failed = found[Verdict.RE_ENTER], found[Verdict.FAIL]
    await _resume(tx, resumed, freshness)
    await _fail(tx, failed, f"nothing has moved for {limits.seconds:g} s, re-entered {limits.resumes} times")
    stalled = len(resumed) + len(failed)
    if stalled:
        get_logger().warning("stalled work found", keywords=stalled)
    return stalled


async def _idle(db: Database | Transaction, limits: Stalled) -> Sequence[_IdleDay]:
    return await db.rows(
        _IDLE,
        _IdleDay,
        resume=RESUME,
        lost=limits.shortest,
        seconds=limits.seconds,
    )


def waiting_queues_of(event: type[Event], engine: str | None = None) -> tuple[Queue, ...]:
    """Where an event's messages may wait: in its queues, and in what the release before has left of them."""
    return (*queues_of(event, engine), *former_queues_of(event, engine))


def _queues(day: _IdleDay) -> Sequence[Queue]:
    """Where the messages are for which a day waits, if they are not lost."""
    if not day.has_bank:
        return [*queues_of(KeywordRequested), *queues_of(KeywordSearched), *queues_of(StageFailed)]
    found = [*queues_of(KeywordBankBuilt), *queues_of(StageFailed)]
    for engine, status in zip(day.engines, day.statuses, strict=True):
        match status:
            case CollectionStatus.COLLECTING | CollectionStatus.PAUSED:
                found += waiting_queues_of(QuestionQueued, engine)
            case CollectionStatus.COLLECTED:
                found += waiting_queues_of(CollectionAnswered)
            case CollectionStatus.SCORED:
                found += [*waiting_queues_of(CollectionScored), *queues_of(OrderAnalysed)]
    return found


async def _resume(tx: Transaction, days: Sequence[_IdleDay], freshness: FreshnessSettings) -> None:
    if not days:
        return
    # a paused collection has its questions published again
    await pause_keyword_days(tx, [(day.keyword, day.date) for day in days])
    # a night that was lost is still a night: only work that an order's first day waits for goes before
    entered = [
        Day(day.keyword, day.date, sorted(day.engines), Lane.EXPRESS if day.placed else Lane.BULK) for day in days
    ]
    await enqueue(tx, await first_events_of_days(tx, entered, freshness))
    await _log(tx, days, TaskStatus.COMPLETED, None)


async def _fail(tx: Transaction, days: Sequence[_IdleDay], error: str) -> None:
    if not days:
        return
    failed_at = await tx.value("SELECT now()")
    await enqueue(
        tx,
        [
            StageFailed(
                stage=StageName.STALLED,
                keyword=day.keyword,
                date=day.date,
                error=error,
                failed_at=failed_at,
                code=Failure.STALLED,
            )
            for day in days
        ],
    )
    await _log(tx, days, TaskStatus.FAILED, error)


async def _log(tx: Transaction, days: Sequence[_IdleDay], status: TaskStatus, error: str | None) -> None:
    await tx.execute(
        "INSERT INTO task_log (keyword, date, task_type, status, error_message, completed_at)"
        " SELECT keyword, date, CAST(:type AS text), CAST(:status AS text), CAST(:error AS text), clock_timestamp()"
        " FROM unnest(CAST(:keywords AS text[]), CAST(:dates AS date[])) AS day (keyword, date)",
        **_named(days),
        type=RESUME,
        status=status.value,
        error=error,
    )


def _named(days: Sequence[_IdleDay]) -> dict[str, object]:
    return {"keywords": [day.keyword for day in days], "dates": [day.date for day in days]}
