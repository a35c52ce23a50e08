"""Declaring over a broker that an earlier version has used."""

import aio_pika
import pytest

from answerlens_common.broker.declare import QueueDiffersError, declare
from answerlens_common.broker.topology import queues_of
from answerlens_common.events import RefreshRequested

QUEUE = queues_of(RefreshRequested)[0]


@pytest.mark.parametrize("name", [QUEUE.dead, QUEUE.name, QUEUE.retry(1)])
async def test_a_queue_of_another_version_is_named_with_what_to_do_and_keeps_its_messages(
    rabbitmq_url: str, name: str
) -> None:
    await declare(rabbitmq_url, [], [1])
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        await channel.queue_delete(name)
        await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 7})
        await channel.default_exchange.publish(aio_pika.Message(b"kept"), name)
        with pytest.raises(QueueDiffersError, match=f"rabbitmqctl delete_queue {name}") as error:
            await declare(rabbitmq_url, [], [1])
        assert error.value.queue == name
        assert "x-d" in str(error.value)
        message = await (await channel.get_queue(name, ensure=False)).get(no_ack=True)
        assert message.body == b"kept"
        await channel.queue_delete(name)
    assert QUEUE in await declare(rabbitmq_url, [], [1])
