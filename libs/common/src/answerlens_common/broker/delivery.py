"""How messages travel: persistent, confirmed, returned if unroutable, retried, and never lost.

At-least-once. A message is acked only after its work is committed and what follows is confirmed. What cannot be
parsed, and what has failed for good, goes to `<queue>.dead` with its body byte for byte and, in its headers, the
reason, the error and the attempts. FastStream's defaults (not persistent, rejected on error without a dead-letter
exchange, unroutable publishes that return normally) are each overridden here, and only here.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import structlog
from aio_pika.connection import make_url
from aio_pika.exceptions import AMQPError, DeliveryError
from faststream import AckPolicy
from faststream.exceptions import IncorrectState
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitExchange, RabbitMessage, RabbitQueue
from faststream.rabbit.schemas import ExchangeType

from answerlens_common.aio.shutdown import StoppingError
from answerlens_common.broker.consumers import RECONNECT_SECONDS, Consumers
from answerlens_common.broker.messages import ATTEMPTS, REPLAYS, DeliveryStamp, check_size, identity
from answerlens_common.broker.settling import ack, give_back
from answerlens_common.broker.topology import DEAD_EXCHANGE, EVENTS_EXCHANGE, Queue, is_heard
from answerlens_common.broker.unreadable import Unreadable
from answerlens_common.errors import AnswerLensError, BusinessError, TransientError, describe
from answerlens_common.events import Event
from answerlens_common.observing import metrics
from answerlens_common.observing.failpoints import reach
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import RabbitSettings, WorkSettings

JITTER = 0.1
MOVE_AGAIN_SECONDS = 1.0

_EVENTS = RabbitExchange(EVENTS_EXCHANGE, type=ExchangeType.TOPIC, durable=True, declare=False)
_DEAD = RabbitExchange(DEAD_EXCHANGE, type=ExchangeType.DIRECT, durable=True, declare=False)
_STRAIGHT = RabbitExchange()

# Takes the event, the id under which it claims work, and how many attempts had failed before.
Handler = Callable[[Any, str, int], Awaitable[None]]


class PublishFailedError(TransientError):
    """No confirm came. The message may have arrived all the same: what is published is idempotent."""


class UnroutableError(PublishFailedError):
    """There is no queue for it: none is declared yet, or it was deleted."""


class RetryError(AnswerLensError):
    """An attempt failed, or was put off, and another is due; `attempt` have failed so far."""

    def __init__(self, attempt: int, error: BaseException) -> None:
        super().__init__(f"attempt {attempt}: {describe(error)}")
        self.attempt = attempt
        self.error = error


class GivenUpError(AnswerLensError):
    """The last attempt failed, or the error is one that would come again.

    Attributes:
        dead_lettered: to be called once the message is a dead letter.
    """

    def __init__(self, attempts: int, error: BaseException, dead_lettered: Callable[[], Awaitable[None]]) -> None:
        super().__init__(f"after {attempts} attempts: {describe(error)}")
        self.attempts = attempts
        self.error = error
        self.dead_lettered = dead_lettered


class Delivery:
    """One connection to the broker: publishes events, and feeds handlers from queues.

    Attributes:
        stopping: set when this process stops: what only waits need not wait on.
        publish_timeout: seconds within which a publish is confirmed or has failed.
    """

    def __init__(self, service: str, rabbitmq: RabbitSettings, work: WorkSettings) -> None:
        self.stopping = asyncio.Event()
        self.publish_timeout = rabbitmq.publish_timeout
        self._work = work
        # the library's own 60 s would leave a hung worker's messages with it for three minutes
        url = str(make_url(rabbitmq.url, heartbeat=rabbitmq.heartbeat_seconds))
        self._consumers = Consumers(url, work.retry_delays)
        self._unreadable = Unreadable()
        self._if_there: list[tuple[Queue, type[Event], Handler, int]] = []
        self._in_hand: dict[tuple[str, str, DeliveryStamp, bytes], asyncio.Task[None]] = {}
        self._broker = RabbitBroker(
            url,
            default_channel=Channel(on_return_raises=True),
            ack_policy=AckPolicy.MANUAL,
            graceful_timeout=work.grace_seconds,
            app_id=f"answerlens-{service}",
            reconnect_interval=RECONNECT_SECONDS,
            logger=None,
        )

    async def start(self) -> None:
        """Connect and begin consuming."""
        await self._consumers.start()
        for each in [each for each in self._if_there if await self._consumers.is_there(each[0])]:
            self.consume(*each)
        self._if_there.clear()
        await self._broker.start()

    async def stop(self) -> None:
        """Stop consuming, wait for what is in hand, disconnect."""
        self.stopping.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._work.grace_seconds):
                await self._consumers.stop_consuming()
                await asyncio.gather(*self._in_hand.values(), return_exceptions=True)
        left = list(self._in_hand.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._broker.stop()
        await self._consumers.close()

    async def missing_consumers(self) -> list[str]:
        """The queues that this process should consume and does not: empty when it is ready.

        One that has been deleted is declared again, whereupon its consumer comes back.

        Raises:
            TransientError: the broker cannot be asked.
        """
        return await self._consumers.missing()

    async def publish(self, event: Event) -> None:
        """Publish a fact. Returns when the broker has confirmed it.

        Raises:
            PublishFailedError: no confirm in time.
            UnroutableError: no queue for it.
        """
        await self.publish_body(event.model_dump_json().encode(), event.routing_key(), str(uuid4()))

    async def publish_body(self, body: bytes, routing_key: str, message_id: str) -> None:
        """Publish an event that is already JSON (the outbox)."""
        check_size(body)
        heard = is_heard(routing_key)
        await self._send(body, mandatory=heard, exchange=_EVENTS, routing_key=routing_key, message_id=message_id)

    async def _send(self, body: bytes, **options: Any) -> None:  # noqa: ANN401 - FastStream's own options
        options = {"persist": True, "mandatory": True, "content_type": "application/json", **options}
        try:
            # FastStream's own timeout was seen to return after 20 s, as a CancelledError; wait_for does not
            await asyncio.wait_for(self._broker.publish(body, **options), self.publish_timeout)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            message = "the broker dropped the connection"
            raise PublishFailedError(message) from None
        except DeliveryError as error:
            raise UnroutableError(describe(error)) from error
        except (AMQPError, OSError, TimeoutError, RuntimeError, IncorrectState) as error:
            raise PublishFailedError(describe(error)) from error

    def consume(self, queue: Queue, event: type[Event], handler: Handler, prefetch: int) -> None:
        """Feed a handler from a queue, at most `prefetch` at once."""
        # a queue must not be declared through this broker before: it would cache it without the prefetch
        subscriber = self._broker.subscriber(
            RabbitQueue(queue.name, queue_type=QueueType.QUORUM, durable=True, declare=False),
            channel=Channel(prefetch_count=prefetch, on_return_raises=True),
            ack_policy=AckPolicy.MANUAL,
            decoder=_undecoded,
            no_reply=True,
        )
        self._consumers.add(queue, subscriber)

        async def handle(message: RabbitMessage) -> None:
            # FastStream would make up an id, and another one when the message comes again
            message.message_id = identity(message.raw_message)
            key = (queue.name, message.message_id, DeliveryStamp.of(message.raw_message), message.body)
            task = self._in_hand.get(key)
            if task is None:
                task = asyncio.create_task(self._handle(queue, event, handler, message))
                self._in_hand[key] = task
                task.add_done_callback(lambda _: self._in_hand.pop(key))
            # A lost connection cancels the tasks that handle its messages. What has been asked outside goes on: the
            # same message, delivered again, waits for that and is acked in its stead.
            try:
                await asyncio.shield(task)
            except StoppingError:
                await give_back(message)
            else:
                await ack(queue, message)

        subscriber(handle)

    def consume_if_there(self, queue: Queue, event: type[Event], handler: Handler, prefetch: int) -> None:
        """The same, if there is such a queue when consuming begins: one of the release before (`topology`)."""
        self._if_there.append((queue, event, handler, prefetch))

    async def _handle(self, queue: Queue, event: type[Event], handler: Handler, message: RabbitMessage) -> None:
        """Do what a message asks for; afterwards it may be acked. After a `StoppingError` it is to be given back."""
        started = time.monotonic()
        outcome = "acked"
        with structlog.contextvars.bound_contextvars(queue=queue.name, message_id=message.message_id):
            try:
                check_size(message.body)
                fact = event.model_validate_json(message.body)
            except ValueError as error:
                if not self._unreadable.may_dead_letter(queue):
                    await self._consumers.leave(queue)
                    raise StoppingError from error
                await self._dead_letter(queue, message, "malformed", error, attempts=0)
                outcome = "dead"
            else:
                self._unreadable.read(queue)
                outcome = await self._attempt(queue, fact, handler, message)
        metrics.messages.labels(queue.name, outcome).inc()
        metrics.message_duration.labels(queue.name).observe(time.monotonic() - started)

    async def _attempt(self, queue: Queue, fact: Event, handler: Handler, message: RabbitMessage) -> str:
        stamp = DeliveryStamp.of(message.raw_message)
        await reach(f"{queue.name}.before_work")
        try:
            await handler(fact, stamp.claimant_id(message.message_id), stamp.attempts)
            await reach(f"{queue.name}.after_work")
        except StoppingError:
            raise
        except RetryError as error:
            await self._retry(queue, message, error.attempt, error.error)
        except GivenUpError as error:
            await self._dead_letter(queue, message, "failed", error.error, error.attempts)
            await error.dead_lettered()
            return "dead"
        except TransientError as error:
            # not the work's fault (the database, the broker): no attempt is spent
            await self._retry(queue, message, stamp.attempts, error)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the message must end somewhere
            get_logger().exception("handler failed")
            attempt = stamp.attempts + 1
            if isinstance(error, BusinessError) or attempt > len(self._work.retry_delays):
                await self._dead_letter(queue, message, "error", error, attempt)
                return "dead"
            await self._retry(queue, message, attempt, error)
        else:
            return "acked"
        return "retried"

    async def _retry(self, queue: Queue, message: RabbitMessage, attempts: int, error: BaseException) -> None:
        delay = retry_delay(self._work, attempts)
        get_logger().warning("put off", seconds=delay, error=describe(error))
        await self._move(
            queue,
            message,
            {ATTEMPTS: attempts, "x-error": describe(error)},
            exchange=_STRAIGHT,
            routing_key=queue.retry(delay),
            expiration=delay * random.uniform(1 - JITTER, 1 + JITTER),  # noqa: S311 - jitter, not a secret
        )

    async def _dead_letter(
        self, queue: Queue, message: RabbitMessage, reason: str, error: BaseException, attempts: int
    ) -> None:
        get_logger().error("dead letter", reason=reason, attempts=attempts, error=describe(error))
        await self._move(
            queue,
            message,
            {"x-reason": reason, "x-error": describe(error), ATTEMPTS: attempts, "x-queue": queue.name},
            exchange=_DEAD,
            routing_key=queue.dead,
        )

    async def _move(self, queue: Queue, message: RabbitMessage, headers: dict[str, Any], **options: Any) -> None:  # noqa: ANN401 - FastStream's
        """Publish the body elsewhere, however long that takes: given back instead, it would be worked on again."""
        replays = DeliveryStamp.of(message.raw_message).replays
        headers = {**headers, REPLAYS: replays} if replays else headers
        while True:
            try:
                return await self._send(message.body, message_id=message.message_id, headers=headers, **options)
            except PublishFailedError as error:
                get_logger().warning("message waits to be moved", error=str(error))
                if isinstance(error, UnroutableError):
                    with suppress(TransientError):
                        await self._consumers.restore(queue)
            await asyncio.sleep(MOVE_AGAIN_SECONDS)


def retry_delay(work: WorkSettings, attempt: int) -> int:
    """Seconds before the retry that follows the given attempt (1 is the first, also for what was not tried at all)."""
    return work.retry_delays[min(max(attempt, 1), len(work.retry_delays)) - 1]


async def _undecoded(message: RabbitMessage) -> bytes:
    return message.body
