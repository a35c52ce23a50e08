"""What a dead letter is, which queues may have some, and which of them are meant."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from answerlens_common.broker.messages import DeliveryStamp, identity
from answerlens_common.broker.topology import CONSUMERS, Queue, former_queues_of, queues_of
from answerlens_common.events import Event, QuestionQueued


@dataclass(frozen=True)
class DeadLetterQueue:
    """A queue whose dead letters are meant, and the event that it carries; `former`: by its name of before."""

    queue: Queue
    event: type[Event]
    former: bool = False

    def read(self, body: bytes) -> Event | None:
        """The event in a body, or None when it cannot be read."""
        try:
            return self.event.model_validate_json(body)
        except ValidationError:
            return None


def dead_letter_queues(engines: Iterable[str]) -> dict[str, DeadLetterQueue]:
    """Every queue of an installation with these engines, by its name; no other has dead letters.

    Those of the release before come last: there may be none of them.
    """
    names = list(engines)
    of = [(event, engine) for event in CONSUMERS for engine in (names if event is QuestionQueued else [None])]
    today = [DeadLetterQueue(queue, event) for event, engine in of for queue in queues_of(event, engine)]
    former = [
        DeadLetterQueue(queue, event, former=True) for event, engine in of for queue in former_queues_of(event, engine)
    ]
    return {dead_queue.queue.name: dead_queue for dead_queue in (*today, *former)}


@dataclass(frozen=True)
class Letter:
    """A dead letter.

    Attributes:
        id: the message's id; made of its body when it has none.
        reason: malformed, failed, error; or the broker's own, such as delivery_limit.
        attempts: how often it was tried; None when the broker gave up on it.
        at: when it died.
        replays: how often it has been replayed already.
    """

    id: str
    reason: str | None
    error: str | None
    attempts: int | None
    at: dt.datetime | None
    body: bytes
    replays: int

    @classmethod
    def of(cls, message: AbstractIncomingMessage) -> "Letter":
        """The letter in a message; nothing is expected of its headers."""
        headers = message.headers
        attempts = headers.get("x-attempts")
        return cls(
            id=identity(message),
            reason=_text(headers.get("x-reason") or headers.get("x-first-death-reason")),
            error=_text(headers.get("x-error")),
            attempts=attempts if isinstance(attempts, int) else None,
            at=_died_at(message),
            body=message.body,
            replays=DeliveryStamp.of(message).replays,
        )

    @property
    def key(self) -> tuple[dt.datetime, str]:
        """Where it stands among the letters of its queue."""
        return self.at or dt.datetime.fromtimestamp(0, dt.UTC), self.id

    @property
    def keyword(self) -> str | None:
        """The keyword that its body names, as far as it can be read."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        keyword = content.get("keyword") if isinstance(content, dict) else None
        return keyword if isinstance(keyword, str) else None


@dataclass(frozen=True)
class Selection:
    """Which letters are meant: those that fit everything that is given."""

    id: str | None = None
    reason: str | None = None
    keyword: str | None = None

    def takes(self, letter: Letter) -> bool:
        """Whether a letter is meant."""
        return (
            self.id in {None, letter.id}
            and self.reason in {None, letter.reason}
            and (self.keyword is None or self.keyword == letter.keyword)
        )


@dataclass
class Outcome:
    """What a replay or a drop did.

    Attributes:
        moved: the letters that are gone from the dead letters.
        kept: those that were meant, but which the caller did not let go.
        left: how many letters lie there still.
        more: it stopped at `MOST_LETTERS`; the rest wants another call.
    """

    left: int
    moved: int = 0
    kept: int = 0
    more: bool = False


def _died_at(message: AbstractIncomingMessage) -> dt.datetime | None:
    """The time on a letter of ours; on the broker's own, when the broker gave up."""
    deaths = message.headers.get("x-death")
    at: object = message.timestamp
    if "x-reason" not in message.headers and isinstance(deaths, list) and deaths and isinstance(deaths[0], dict):
        at = deaths[0].get("time", at)
    if not isinstance(at, dt.datetime):
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
