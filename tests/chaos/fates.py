"""What became of messages: the dead letters there are, and which messages the services say they have consumed.

A message that is consumed leaves no row when its work was done already, or when nobody wanted it any more; the log of
whoever took it has a line with its id all the same. Failures that were told are not among those: their message is dead.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import aio_pika

from answerlens_common.observing.failpoints import STAGES

# The stage that consumes a queue, by how the queue's name begins. The other queues have none and no dead letters.
STAGE_OF = {
    "searcher.keyword-requested": "search",
    "bank-builder.keyword-searched": "bank",
    "collector.keyword-bank-built": "plan",
    "collector.question-queued": "ask",
    "scorer.collection-answered": "score",
    "analyzer.collection-scored": "analyse",
    "analyzer.collection-analysed": "sentiment",
}
_CONSUMED = re.compile(
    rf"\] (?:(?:{'|'.join(STAGES)}) (?:done|fresh|joined|already_failed|fell_back|unknown)|taken over|refresh|heard)"
    r" .*\bmessage_id=([0-9a-f-]+)"
)


class Failure(NamedTuple):
    """Work that failed for good, as its claim names it, and the message that it failed with."""

    work: str
    message: str


class Letter(NamedTuple):
    """A dead letter: where it lies, and the failure that it tells of if it is one of ours."""

    queue: str
    failure: Failure


def work(stage: str, scope: str, item: str = "") -> str:
    """A claim's key as one text."""
    return " ".join(part for part in (stage, scope, item) if part)


async def dead_letters(rabbitmq_url: str, queues: Iterable[str]) -> list[Letter]:
    """Every letter of these queues, given back after it was read."""
    found = []
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        for name in queues:
            queue = await channel.get_queue(name)
            taken = []
            while (message := await queue.get(fail=False)) is not None:
                taken.append(message)
                replays = message.headers.get("x-replays")
                holder = f"{message.message_id} replayed {replays!r}" if replays else str(message.message_id)
                found.append(Letter(name, Failure(_work_of(name, message.body), holder)))
            for message in taken:
                await message.nack()
    return found


def _work_of(queue: str, body: bytes) -> str:
    stage = next((stage for stem, stage in STAGE_OF.items() if queue.startswith(f"{stem}.")), queue)
    try:
        event: dict[str, Any] = json.loads(body)
        item = f"{event['number']}#{event['replicate']}" if "number" in event else ""
        if "collection_id" in event:
            return work(stage, f"collection:{event['collection_id']}", item)
        return work(stage, f"keyword:{event['keyword']}:{event['date']}")
    except (ValueError, KeyError, TypeError):
        return f"{stage} of something unreadable"


def consumed(logs: Path) -> set[str]:
    """The ids of the messages that a log says are dealt with."""
    return {
        found for log in logs.glob("*.log*") for found in consumed_in(log.read_text(encoding="utf-8", errors="replace"))
    }


def consumed_in(text: str) -> set[str]:
    """The ids in a log's text."""
    return {match[1] for line in text.splitlines() if (match := _CONSUMED.search(line))}
