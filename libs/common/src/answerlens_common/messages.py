"""What travels: how large a message may be, and by what it is known."""

import hashlib

from aio_pika.abc import AbstractIncomingMessage

MAX_BODY_BYTES = 1024 * 1024


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
