"""Leases: the right to do a claimed piece of work, kept by renewing it, and how an attempt ends."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from answerlens_common.aio.tasks import cancel_and_wait
from answerlens_common.contracts.statuses import ClaimStatus, TaskStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import AnswerLensError, TransientError
from answerlens_common.events import CollectionEvent, ImportEvent, KeywordEvent, Lane, WorkEvent
from answerlens_common.observing.failpoints import reach


class LeaseLostError(AnswerLensError):
    """Another holder has taken the work over; this lease is stale."""

    def __init__(self, claim_id: int, token: int) -> None:
        super().__init__(f"claim {claim_id} is no longer held with token {token}")
        self.claim_id = claim_id
        self.token = token


def collection_scope(collection_id: int) -> str:
    """The scope of all work on a collection."""
    return f"collection:{collection_id}"


@dataclass(frozen=True)
class ClaimKey:
    """What is worked on: a stage's work in a scope, or one item of it.

    Attributes:
        scope: `keyword:<keyword>:<date>` up to the plan, `collection:<id>` after it, `import:<id>` until a file is
            answers, `job:<name>:<slot>` for a chore.
        item: The question, `<number>#<replicate>`, or a batch's number; empty where the work is about all of them.
        date, keyword, engine: No part of the key: for lists, the stalled check, the cleanup and the task log.
    """

    stage: str
    scope: str
    date: dt.date
    item: str = ""
    keyword: str | None = None
    engine: str = ""

    @classmethod
    def of(cls, stage: str, event: WorkEvent, item: str = "", *, date: dt.date | None = None) -> "ClaimKey":
        """The key of a stage's work for an event; `date` is of its collection or import, and is not carried.

        Raises:
            TypeError: The event is about neither a keyword's day nor a collection or import whose date is given.
        """
        match event:
            case KeywordEvent():
                scope = f"keyword:{event.keyword}:{event.date}"
                return cls(stage, scope, event.date, item, event.keyword)
            case CollectionEvent(collection_id=int(number)) if date is not None:
                return cls(stage, collection_scope(number), date, item, event.keyword, event.engine)
            case ImportEvent() if date is not None:
                return cls(stage, f"import:{event.import_id}", date, item)
            case _:
                message = f"{event.event_name()} names nothing that can be claimed"
                raise TypeError(message)

    @classmethod
    def of_job(cls, job: str, slot: dt.date) -> "ClaimKey":
        """The key of a chore's work for its slot."""
        return cls(job, f"job:{job}:{slot}", slot)

    @property
    def columns(self) -> dict[str, object]:
        """The columns of the key."""
        return {"stage": self.stage, "scope": self.scope, "item": self.item}


@dataclass(frozen=True)
class _Joins:
    join_count: int
    lane: str


@dataclass
class Lease:
    """The right to do one piece of work, until another holder has it.

    Attributes:
        attempt: 1 for the first try; recorded before anything outside is asked.
        lane: express as soon as one message for this work came on the express lane.
        joins_seen: how many messages had come for this work when its holder last looked.
        external_call_made: this attempt may have asked a system outside, which must not be asked again for nothing.
    """

    db: Database
    key: ClaimKey
    claim_id: int
    token: int
    attempt: int
    lane: Lane
    seconds: float
    task_id: int | None
    joins_seen: int
    external_call_made: bool = False
    _lost: bool = field(default=False, repr=False)
    _closed: bool = field(default=False, repr=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A transaction that only the present holder can commit.

        Raises:
            LeaseLostError: another holder has taken over.
        """
        await reach(f"{self.key.stage}.before_commit")
        async with self.db.transaction() as tx:
            held = await tx.value(
                "SELECT 1 FROM claim WHERE id = :id AND token = :token FOR UPDATE",
                id=self.claim_id,
                token=self.token,
            )
            if held is None:
                raise LeaseLostError(self.claim_id, self.token)
            yield tx

    @asynccontextmanager
    async def before_external_call(self) -> AsyncIterator[None]:
        """Nothing outside is asked yet: an attempt that is given up here, or dies with its process, does not count.

        Raises:
            LeaseLostError: another holder has taken over.
        """
        await self._note_external_call(made=False)
        yield
        await self._note_external_call(made=True)

    async def _note_external_call(self, *, made: bool) -> None:
        held = await self.db.execute(
            "UPDATE claim SET external_call_made = :made WHERE id = :id AND token = :token",
            id=self.claim_id,
            token=self.token,
            made=made,
        )
        if not held:
            raise LeaseLostError(self.claim_id, self.token)
        self.external_call_made = made

    @asynccontextmanager
    async def renewing(self) -> AsyncIterator[None]:
        """Renew the lease in the background; the work is cancelled once it is lost."""
        worker = asyncio.current_task()
        beat = asyncio.create_task(self._beat(worker))
        try:
            yield
        except asyncio.CancelledError:
            if not self._lost:
                raise
            if worker is not None:
                worker.uncancel()
            raise LeaseLostError(self.claim_id, self.token) from None
        finally:
            await cancel_and_wait(beat)

    async def _beat(self, worker: "asyncio.Task[object] | None") -> None:
        while True:
            await asyncio.sleep(self.seconds / 3)
            try:
                renewed = await self.db.execute(
                    # a renewal that waited while the claim was closed must neither give it a lease again (a message
                    # that came then would join a holder that is gone) nor be taken for a lease that was lost
                    "UPDATE claim SET lease_until = CASE WHEN status = 'held'"
                    " THEN clock_timestamp() + make_interval(secs => :seconds) ELSE lease_until END"
                    " WHERE id = :id AND token = :token",
                    id=self.claim_id,
                    token=self.token,
                    seconds=self.seconds,
                )
            except TransientError:
                continue  # the lease runs out by itself if this goes on
            if self._closed:
                return
            if not renewed:
                self._lost = True
                if worker is not None:
                    worker.cancel()
                return

    async def close(self, *, whatever_came: bool = False) -> bool:
        """End the work as done. True when no other message has joined.

        If one has, the claim stays open: its holder looks again, and closes it again. With `whatever_came` it is closed
        all the same; the caller makes sure that what is left is done.
        """
        async with self.write() as tx:
            now = await tx.row("SELECT join_count, lane FROM claim WHERE id = :id", _Joins, id=self.claim_id)
            nothing_came = now is not None and now.join_count == self.joins_seen
            if now is not None:
                self.joins_seen, self.lane = now.join_count, Lane(now.lane)
            if nothing_came or whatever_came:
                await tx.execute(
                    "UPDATE claim SET status = 'done', lease_until = NULL WHERE id = :id", id=self.claim_id
                )
                if self.task_id is not None:
                    await self._log_end(tx, TaskStatus.COMPLETED, None)
                self._closed = True
        return nothing_came

    async def hand_back(self, wait_seconds: float = 0, *, external_call_made: bool = False) -> None:
        """Let go without an outcome; the attempt does not count, unless a call outside may have been made.

        With `wait_seconds` this message alone may go on until twice that time, as after `release`. Repeatable.
        """
        async with self.write() as tx:
            await tx.execute(
                "UPDATE claim SET status = 'waiting', lease_until = CASE WHEN CAST(:wait AS float) > 0"
                " THEN clock_timestamp() + make_interval(secs => :wait) END,"
                " attempts = CASE WHEN :made THEN attempts ELSE attempts - 1 END WHERE id = :id AND status = 'held'",
                id=self.claim_id,
                wait=wait_seconds * 2,
                made=external_call_made,
            )

    async def release(
        self, status: Literal[ClaimStatus.WAITING, ClaimStatus.FAILED], error: str, wait_seconds: float = 0
    ) -> dt.datetime:
        """End the attempt: `waiting` for this message's own retry in `wait_seconds`, or `failed` for good.

        After a failure with `wait_seconds` the caller publishes it, moves the message to its dead letters and calls
        `mark_told`; if that is not done in twice that time, another copy of the message does it. Repeatable.

        Returns:
            The moment, by the database's clock.
        """
        async with self.write() as tx:
            await tx.execute(
                "UPDATE claim SET status = :status, lease_until = CASE WHEN CAST(:wait AS float) > 0"
                " THEN clock_timestamp() + make_interval(secs => :wait) END WHERE id = :id AND status <> 'done'",
                id=self.claim_id,
                status=status.value,
                # past the retry's own return, so that no other message overtakes it; after that its loss is assumed
                wait=wait_seconds * 2,
            )
            await self._log_end(tx, TaskStatus.RETRYING if status is ClaimStatus.WAITING else TaskStatus.FAILED, error)
            moment: dt.datetime = await tx.value("SELECT clock_timestamp()")
        return moment

    async def mark_told(self) -> None:
        """The failure has been told, and the message is a dead letter: no copy of it need do that again."""
        await self.db.execute(
            "UPDATE claim SET lease_until = NULL WHERE id = :id AND token = :token AND status = 'failed'",
            id=self.claim_id,
            token=self.token,
        )

    async def log_start(self, tx: Transaction) -> None:
        """Open the task's row in the log, or count its retry."""
        if self.task_id is None:
            self.task_id = await tx.value(
                "INSERT INTO task_log (keyword, date, engine, task_type)"
                " VALUES (:keyword, :date, :engine, :stage) RETURNING id",
                keyword=self.key.keyword or "",
                date=self.key.date,
                engine=self.key.engine,
                stage=self.key.stage,
            )
            await tx.execute("UPDATE claim SET task_id = :task WHERE id = :id", task=self.task_id, id=self.claim_id)
        else:
            await tx.execute(
                "UPDATE task_log SET status = 'running', retry_count = :retries WHERE id = :task",
                retries=self.attempt - 1,
                task=self.task_id,
            )

    async def _log_end(self, tx: Transaction, status: TaskStatus, error: str | None) -> None:
        await tx.execute(
            "UPDATE task_log SET status = CAST(:status AS varchar), error_message = COALESCE(:error, error_message),"
            " completed_at = CASE WHEN :status = 'retrying' THEN NULL ELSE clock_timestamp() END,"
            " duration = EXTRACT(EPOCH FROM clock_timestamp() - started_at) WHERE id = :task",
            status=status.value,
            error=error,
            task=self.task_id,
        )
