"""Dead letters are read and lie there afterwards."""

import json

import aio_pika

from answerlens_common.broker.declare import declare
from answerlens_common.broker.topology import queues_of
from answerlens_common.events import CollectionScored, QuestionQueued
from tests.chaos.fates import Failure, Letter, dead_letters

SCORED = queues_of(CollectionScored)[0].dead
WANTED = queues_of(QuestionQueued, "chat-a")[0].dead
BODY = {"keyword": "咖啡机", "collection_id": 7, "lane": "express", "engine": "chat-a"}


async def test_letters_name_the_work_and_stay(rabbitmq_url: str) -> None:
    await declare(rabbitmq_url, ["chat-a"], (60, 120))
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:

        async def lay(name: str, body: bytes, message_id: str, **headers: int) -> None:
            message = aio_pika.Message(body, message_id=message_id, headers=dict(headers))
            await channel.default_exchange.publish(message, name)

        for name in (SCORED, WANTED):
            await (await channel.get_queue(name)).purge()
        await lay(SCORED, json.dumps(BODY).encode(), "m1")
        await lay(SCORED, b"{", "m2")
        await lay(WANTED, json.dumps({**BODY, "number": 3, "replicate": 2}).encode(), "m3", **{"x-replays": 1})
        expected = [
            Letter(SCORED, Failure("analyse collection:7", "m1")),
            Letter(SCORED, Failure("analyse of something unreadable", "m2")),
            Letter(WANTED, Failure("ask collection:7 3#2", "m3 replayed 1")),
        ]
        assert await dead_letters(rabbitmq_url, [SCORED, WANTED]) == expected
        assert sorted(await dead_letters(rabbitmq_url, [SCORED, WANTED])) == sorted(expected)
        for name in (SCORED, WANTED):
            await (await channel.get_queue(name)).purge()
