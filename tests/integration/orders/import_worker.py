"""A process that works off imports by the real stages, over a real broker, until it is stopped or killed."""

import asyncio
import sys

from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.events import BatchCut, ImportReceived
from answerlens_common.settings import PostgresSettings, RabbitSettings
from answerlens_common.work.outbox import OutboxRelay
from tests.support.line import WORK, Line


async def work(postgres_url: str, rabbitmq_url: str) -> None:
    """Work until the process ends."""
    async with Database(PostgresSettings(url=postgres_url)) as db:
        delivery = Delivery("importer", RabbitSettings(url=rabbitmq_url), WORK)
        handlers = Line(db, delivery).handlers()
        for event in (ImportReceived, BatchCut):
            for queue in queues_of(event):
                delivery.consume(queue, event, handlers[event], prefetch=3)
        await delivery.start()
        await OutboxRelay(db, delivery).run()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2]))
