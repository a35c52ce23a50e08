"""Runs a stage for the messages of its queues.

    fresh? → pass on at once        (nothing is claimed, nothing waits)
    wait for the breakers it needs
    claim  → work → commit → publish (confirmed) → close the claim → ack
             (a message with more to do: close the claim → publish it anew → ack)

Attempts, retries, dead letters and confirms are here; claims and leases in `claims` and `leases`.
"""

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import Generic, TypeVar

import structlog

from answerlens_common.aio.shutdown import StoppingError, abandon_on_shutdown
from answerlens_common.broker.delivery import Delivery, GivenUpError, PublishFailedError, RetryError, retry_delay
from answerlens_common.contracts.statuses import ClaimStatus
from answerlens_common.db import Database, DatabaseLostError
from answerlens_common.errors import AnswerLensError, BusinessError, PutOffError, TransientError, describe, failure_from
from answerlens_common.events import CollectionEvent, Event, Lane, StageFailed
from answerlens_common.limits.breakers import Breakers
from answerlens_common.observing import metrics
from answerlens_common.observing.failpoints import reach
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import WorkSettings
from answerlens_common.work.claims import (
    AlreadyFailed,
    ClaimKey,
    HeldFor,
    Joined,
    Lease,
    LeaseLostError,
    RetryPending,
    acquire,
)
from answerlens_common.work.errors import EarlyCopyError, HolderDiedError, StageTimeoutError, cause_of, public_text
from answerlens_common.work.orphaned_claims import close_orphaned_claim
from answerlens_common.work.recording import publish_until_confirmed, retry_until_stored
from answerlens_common.work.stages import TURN_SECONDS, E, Stage

T = TypeVar("T")


class StageRunner(Generic[E]):
    """Runs one stage for the messages of its queues."""

    def __init__(self, stage: Stage[E], db: Database, delivery: Delivery, settings: WorkSettings) -> None:
        self.stage = stage
        self._db = db
        self._delivery = delivery
        self._settings = settings
        self._breakers = Breakers(db)
        self._slots = asyncio.Semaphore(stage.concurrency)
        # the night may not fill every slot: an order that a client placed finds one free
        self._bulk_slots = asyncio.Semaphore(max(1, stage.concurrency - 1))

    async def __call__(self, event: E, message_id: str, attempts: int = 0) -> None:
        """Handle one message, of which so many `attempts` had failed when it was sent; returns when it may be acked.

        Raises:
            RetryError: the attempt failed, or was put off, and another is due.
            GivenUpError: no further attempt would help.
            TransientError: the database or the broker was out of reach, or a breaker is open; nothing was spent.
            StoppingError: this process stops, and nothing was begun.
        """
        await self._db.wait(self._delivery.stopping)
        located = await self.stage.locate(event)
        if located is None:
            self._count("unknown", about=event.model_dump(mode="json"))
            return
        event, date = located
        key = ClaimKey.of(str(self.stage.name), event, self.stage.item(event), date=date)
        with structlog.contextvars.bound_contextvars(stage=key.stage, keyword=key.keyword or "", date=str(date)):
            while (passed_on := await self._cached(event)) is not None:
                await self._publish(passed_on)
                if not await close_orphaned_claim(self._db, key, message_id):
                    self._count("fresh")
                    return
            await self._breakers.wait(self.stage.breakers, self._delivery.stopping)
            async with self._slot(event.lane):
                match await self._claim(key, event.lane, message_id, attempts):
                    case Joined():
                        self._count("joined")
                    case AlreadyFailed():
                        self._count("already_failed")
                    case lease:
                        await self._hold(event, lease)

    async def _cached(self, event: E) -> Sequence[Event] | None:
        """The first look, before anything is claimed; an error of ours is left to the attempt, which counts it."""
        try:
            return await self.stage.cached(event)
        except TransientError:
            raise
        except Exception:  # noqa: BLE001 - the same look fails again under the claim, where every error has an end
            get_logger().exception("looking up what is cached failed")
            return None

    @asynccontextmanager
    async def _slot(self, lane: Lane) -> AsyncIterator[None]:
        async with AsyncExitStack() as held:
            async with abandon_on_shutdown(self._delivery.stopping):
                if lane is Lane.BULK:
                    await held.enter_async_context(self._bulk_slots)
                await held.enter_async_context(self._slots)
            yield

    async def _claim(self, key: ClaimKey, lane: Lane, message_id: str, attempts: int) -> Lease | Joined | AlreadyFailed:
        while True:
            claim = await acquire(
                self._db,
                key,
                message_id,
                lane,
                self._settings.lease_seconds,
                attempts=attempts,
                one_date_at_a_time=self.stage.one_date_at_a_time,
            )
            match claim:
                case HeldFor(seconds):
                    async with abandon_on_shutdown(self._delivery.stopping):
                        await asyncio.sleep(seconds)
                case RetryPending():
                    message = "its retry is still to come"
                    raise EarlyCopyError(message)
                case _:
                    return claim

    async def _hold(self, event: E, lease: Lease) -> None:
        try:
            await self._attempt(event, lease)
        except LeaseLostError as error:
            # the new holder finishes it; this message has nothing left to do
            get_logger().warning("taken over", error=str(error))

    async def _attempt(self, event: E, lease: Lease) -> None:
        started = time.monotonic()
        try:
            async with lease.renewing():
                await self._work(event, lease)
        except LeaseLostError:
            raise
        except asyncio.CancelledError:
            with suppress(TransientError, LeaseLostError):
                await asyncio.shield(lease.hand_back(external_call_made=lease.external_call_made))
            raise
        except Exception as error:  # noqa: BLE001 - every error has a class that decides what follows
            await self._end_attempt(event, lease, cause_of(error))
        else:
            seconds = time.monotonic() - started
            metrics.stage_duration.labels(self.stage.name).observe(seconds)
            self._count("done", seconds=round(seconds, 1))

    async def _work(self, event: E, lease: Lease) -> None:
        if lease.attempt > len(self._settings.retry_delays) + 1:
            message = "the last attempt ended with its process"
            raise HolderDiedError(message)
        until = None
        while True:
            event = event.model_copy(update={"lane": lease.lane})
            following = await self.stage.cached(event)
            if following is None and until is not None and time.monotonic() > until:
                break  # those who have joined need more work, and its turn is over
            if following is None:
                until = until or time.monotonic() + TURN_SECONDS
                following = await self._work_once(event, lease)
            await self._publish([each for each in following if each != event])
            await reach(f"{self.stage.name}.after_publish")
            if event in following:
                break
            if await lease.close():
                return
        # the claim first: the message would join it, if it were read while the claim is held, and this slot would go on
        await lease.close(whatever_came=True)
        await self._publish([event.model_copy(update={"lane": lease.lane})])

    async def _work_once(self, event: E, lease: Lease) -> Sequence[Event]:
        await reach(f"{self.stage.name}.before_work")
        try:
            lease.external_call_made = self.stage.limits_external_calls
            async with asyncio.timeout(self.stage.timeout):
                following = await self.stage.work(event, lease)
        except TimeoutError:
            raise StageTimeoutError(self.stage.name, self.stage.timeout) from None
        await reach(f"{self.stage.name}.after_commit")
        return following

    async def _end_attempt(self, event: E, lease: Lease, error: Exception) -> None:
        if isinstance(error, LeaseLostError):
            raise error
        if isinstance(error, (DatabaseLostError, PublishFailedError, StoppingError)):
            # not the work's fault: it is put off, and waits for as long as it takes
            await self._retry_until_stored(partial(lease.hand_back, external_call_made=lease.external_call_made))
            raise error
        if isinstance(error, PutOffError):
            # the claim waits until its message comes back, with the attempts that count: with more of them, the message
            # would be taken for an older copy
            failed = lease.attempt - 1
            await self._retry_until_stored(partial(lease.hand_back, retry_delay(self._settings, failed)))
            self._count("put_off", error=describe(error))
            raise RetryError(failed, error)
        final = isinstance(error, BusinessError) or lease.attempt > len(self._settings.retry_delays)
        if not isinstance(error, AnswerLensError):
            get_logger().exception("unexpected error")
        if not final:
            delay = retry_delay(self._settings, lease.attempt)
            await self._retry_until_stored(partial(lease.release, ClaimStatus.WAITING, describe(error), delay))
            self._count("retried", error=describe(error))
            raise RetryError(lease.attempt, error)
        fallback = await self._retry_until_stored(partial(self._fallback_events, event, lease, error))
        # first the claim, then the news: a message that comes after the claim is failed starts it anew, and one that
        # joined before is told
        failed_at = await self._retry_until_stored(
            partial(lease.release, ClaimStatus.FAILED, describe(error), self._settings.lease_seconds)
        )
        if fallback is not None:
            # another result stands in: no dead letter, nothing to replay
            await self._publish_until_confirmed(fallback)
            await self._retry_until_stored(lease.mark_told)
            self._count("fell_back", error=describe(error))
            return
        await self._publish_until_confirmed([self._failure(event, lease.key, error, failed_at)])
        self._count("failed", error=describe(error))
        raise GivenUpError(lease.attempt, error, partial(self._retry_until_stored, lease.mark_told))

    async def _fallback_events(self, event: E, lease: Lease, error: Exception) -> Sequence[Event] | None:
        if self.stage.failed is None:
            return None
        try:
            return await self.stage.failed(event, lease, public_text(error))
        except (TransientError, LeaseLostError):
            raise
        except Exception:  # noqa: BLE001 - the orders that wait must be told, whatever happened here
            get_logger().exception("the way round a failure failed")
            return None

    def _failure(self, event: E, key: ClaimKey, error: Exception, failed_at: dt.datetime) -> StageFailed:
        return StageFailed(
            stage=key.stage,
            keyword=key.keyword,
            date=key.date,
            engine=key.engine or None,
            collection_id=event.collection_id if isinstance(event, CollectionEvent) else None,
            error=public_text(error),
            failed_at=failed_at,
            code=failure_from(error),
        )

    def _count(self, outcome: str, **details: object) -> None:
        metrics.stage_runs.labels(self.stage.name, outcome).inc()
        get_logger().info(f"{self.stage.name} {outcome}", **details)

    async def _publish_until_confirmed(self, events: Sequence[Event]) -> None:
        await publish_until_confirmed(partial(self._publish, events))

    async def _retry_until_stored(self, step: Callable[[], Awaitable[T]]) -> T:
        return await retry_until_stored(step, self._delivery.stopping)

    async def _publish(self, events: Sequence[Event]) -> None:
        # a bank's questions go out together: confirms awaited one by one cost four times as much
        for start in range(0, len(events), 50):
            await asyncio.gather(*map(self._delivery.publish, events[start : start + 50]))
