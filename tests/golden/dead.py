"""Dead letters as the seed's services left them, laid into the broker's queues by their names of then."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import aio_pika

from answerlens_common.broker.declare import declare_queue
from answerlens_common.broker.topology import former_queues_of
from answerlens_common.events import CollectionAnswered, QuestionQueued
from tests.golden.seed import FIRST

SEARCH = "searcher.keyword-requested.express"
ASK = "collector.answer-wanted.chat-c.express"
SCORE = "scorer.keyword-answers-collected.bulk"
QUEUES = (SEARCH, ASK, SCORE)


@dataclass(frozen=True)
class Letter:
    """A message that died, and when."""

    queue: str
    message_id: str
    body: bytes
    reason: str
    error: str
    attempts: int
    at: dt.datetime


_FIRST_DIED = dt.datetime(2026, 11, 30, 16, 41, 50, tzinfo=dt.UTC)
_REQUESTED = f'{{"version":1,"keyword":"电饭煲","date":"{FIRST}","bank_version":1,"lane":"express"}}'
_WANTED = (
    f'{{"version":1,"keyword":"咖啡机","date":"{FIRST}","bank_version":1,"lane":"express","engine":"chat-c",'
    '"question_id":"%s","replicate":1}'
)
LETTERS = (
    Letter(
        SEARCH,
        "golden-search",
        _REQUESTED.encode(),
        "failed",
        "SourceBusyError: search answered 500, code 500",
        3,
        _FIRST_DIED,
    ),
    *(
        Letter(
            ASK,
            f"golden-ask-{n}",
            (_WANTED % f"1-0-{n}").encode(),
            "failed",
            "PageError: the page did not answer",
            3,
            _FIRST_DIED + dt.timedelta(seconds=n),
        )
        for n in (1, 2, 3)
    ),
    Letter(SCORE, "golden-text", b"{not json", "malformed", "not an event: Invalid JSON", 0, _FIRST_DIED),
    Letter(SCORE, "golden-bytes", b"\xff\x00\xfe", "malformed", "not an event: not UTF-8", 0, _FIRST_DIED),
)


FORMER = tuple(
    queue
    for queue in (*former_queues_of(QuestionQueued, "chat-c"), *former_queues_of(CollectionAnswered))
    if queue.name in QUEUES
)


async def declare_former(rabbitmq_url: str) -> list[str]:
    """Make the queues of then that have other names today, as an upgrade finds them; their names."""
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        for queue in FORMER:
            await declare_queue(channel, queue, [1, 2])
    return [queue.name for queue in FORMER]


async def lay(rabbitmq_url: str, queues: Sequence[str], letters: Sequence[Letter]) -> None:
    """Empty every queue and its dead letters, then lay these.

    Args:
        rabbitmq_url: the broker's address.
        queues: all that are declared, those of then included.
        letters: what is dead then.
    """
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        for name in queues:
            for each in (name, f"{name}.dead"):
                await (await channel.get_queue(each)).purge()
        for letter in letters:
            headers: dict[str, str | int] = {
                "x-reason": letter.reason,
                "x-error": letter.error,
                "x-attempts": letter.attempts,
            }
            message = aio_pika.Message(
                letter.body, message_id=letter.message_id, headers={**headers}, timestamp=letter.at
            )
            await channel.default_exchange.publish(message, f"{letter.queue}.dead")
