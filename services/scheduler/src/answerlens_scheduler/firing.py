"""Firing a slot of a job: in one transaction, or in steps of which each is one.

A slot is recorded with the last transaction of its work, and slots are unique: so each fires once. Every transaction
locks the leader's token, so nothing of a former leader is committed after another leads. Each step of a job in steps
records how far the job has come, with its slot as running; the next leader goes on from there.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from answerlens_common.contracts.statuses import SlotStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import AnswerLensError
from answerlens_common.observing.failpoints import reach
from answerlens_scheduler.leader import Leadership
from answerlens_scheduler.slots import Due

# A slot that has ended is never recorded again.
_RECORD = """
INSERT INTO job_slot AS known (job, slot, status, fencing_token, reached)
SELECT CAST(:job AS text), slot, CAST(:status AS text), CAST(:token AS bigint), CAST(:reached AS text)
FROM unnest(CAST(:slots AS text[])) AS slot
ON CONFLICT (job, slot) DO UPDATE SET
    status = excluded.status, fencing_token = excluded.fencing_token, reached = excluded.reached
WHERE known.status = 'running'
"""


class NotOursError(AnswerLensError):
    """Another replica leads, or has fired the slot."""


@dataclass(frozen=True)
class Firing:
    """The right to fire one slot of a job, for as long as the leader leads.

    Attributes:
        reached: how far a firing that was interrupted has come, in the job's own words; empty at the beginning.
    """

    db: Database
    job: str
    due: Due
    leadership: Leadership
    reached: str = ""

    @property
    def slot(self) -> str:
        """The slot's name: a date, or a moment."""
        return self.due.slot

    @asynccontextmanager
    async def step(self, reached: str) -> AsyncIterator[Transaction]:
        """A transaction with a part of the work; once it has committed, an interrupted firing goes on after `reached`.

        Raises:
            NotOursError: another replica leads.
        """
        async with self._led() as tx:
            await self._record(tx, [self.slot], SlotStatus.RUNNING, reached)
            yield tx

    @asynccontextmanager
    async def last(self, status: SlotStatus = SlotStatus.FIRED) -> AsyncIterator[Transaction]:
        """The transaction with the last part of the work, or all of it; it records the slot and those that were missed.

        Raises:
            NotOursError: another replica leads.
        """
        async with self._led() as tx:
            await self._record(tx, self.due.missed, SlotStatus.MISSED)
            await self._record(tx, [self.slot], status)
            yield tx
            await reach(f"scheduler.{self.job}.before_commit")
        await reach(f"scheduler.{self.job}.after_commit")

    @asynccontextmanager
    async def _led(self) -> AsyncIterator[Transaction]:
        async with self.db.transaction() as tx:
            if not await self.leadership.guard(tx):
                message = f"the leader of token {self.leadership.token} no longer leads"
                raise NotOursError(message)
            yield tx

    async def _record(self, tx: Transaction, slots: list[str], status: SlotStatus, reached: str = "") -> None:
        recorded = await tx.execute(
            _RECORD, job=self.job, slots=slots, status=status.value, token=self.leadership.token, reached=reached
        )
        if recorded < len(slots):
            message = f"{self.job} {self.slot} has been recorded already"
            raise NotOursError(message)


def in_one(work: Callable[[Transaction, str], Awaitable[None]]) -> Callable[[Firing], Awaitable[None]]:
    """A job that does all its work in the transaction that records its slot."""

    async def run(firing: Firing) -> None:
        async with firing.last() as tx:
            await work(tx, firing.slot)

    return run
