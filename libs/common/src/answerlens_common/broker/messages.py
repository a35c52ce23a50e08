"""What travels: how large a message may be, its id, and the stamp that tells its copies apart."""

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
class DeliveryStamp:
    """What tells this copy of a message from the others: it travels more than once, and copies must not be confused.

    Attributes:
        attempts: how many had failed when it was published.
        replays: how often it has been sent back from the dead letters.
    """

    attempts: int
    replays: int

    @classmethod
    def of(cls, message: AbstractIncomingMessage) -> "DeliveryStamp":
        """The stamp of the copy that has come; one without these headers is the first, or a redelivery of it."""
        return cls(attempts=_number(message.headers.get(ATTEMPTS)), replays=_number(message.headers.get(REPLAYS)))

    def claimant_id(self, message_id: str) -> str:
        """The id under which it claims work: a replay begins anew what has failed, a late copy does not."""
        return f"{message_id} replayed {self.replays}" if self.replays else message_id


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
