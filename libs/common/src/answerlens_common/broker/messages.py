"""What travels: how large a message may be, by what it is known, and which copy of it one is."""

import hashlib
from dataclasses import dataclass

from aio_pika.abc import AbstractIncomingMessage

MAX_BODY_BYTES = 1024 * 1024
# How many attempts of a message had failed when it was published; how often it has been replayed.
ATTEMPTS = "x-attempts"
REPLAYS = "x-replays"


def check_size(body: bytes) -> None:
    """Let no message be large: what is large is stored, and its key travels.

    Raises:
        ValueError: it is too large.
    """
    if len(body) > MAX_BODY_BYTES:
        message = f"a message of {len(body)} bytes; at most {MAX_BODY_BYTES} travel"
        raise ValueError(message)


def identity(message: AbstractIncomingMessage) -> str:
    """A message's id; one that was sent without has that of its body, the same whenever it comes."""
    return message.message_id or f"sha256-{hashlib.sha256(message.body).hexdigest()}"


@dataclass(frozen=True)
class Copy:
    """Which copy of a message this is: it travels more than once, and its copies must not be taken for one another.

    Attributes:
        attempts: how many had failed when it was published.
        replays: how often somebody has sent it back from the dead letters.
    """

    attempts: int
    replays: int

    @classmethod
    def of(cls, message: AbstractIncomingMessage) -> "Copy":
        """The copy that has come; one without these headers is the first, or a redelivery of it."""
        return cls(attempts=_number(message.headers.get(ATTEMPTS)), replays=_number(message.headers.get(REPLAYS)))

    def holder(self, message_id: str) -> str:
        """As whom it claims work: a replay begins anew what has failed, a late copy of the same message does not."""
        return f"{message_id} replayed {self.replays}" if self.replays else message_id


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
