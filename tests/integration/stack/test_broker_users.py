"""Each service's user on a real broker: its own queues are open to it, and those of others refused."""

from collections.abc import Awaitable, Callable, Iterator

import aio_pika
import pytest
from aio_pika.abc import AbstractConnection
from aiormq.exceptions import ChannelAccessRefused

from answerlens_cli.stack import Addresses, Stack
from answerlens_cli.stack.accounts import as_user
from answerlens_cli.stack.state import read_state
from answerlens_common.broker.accounts import DEFAULT_VHOST, permissions, user_names, vhost_of
from answerlens_common.broker.declare import declare, declare_queue
from answerlens_common.broker.topology import EVENTS_EXCHANGE, Queue, all_queues
from answerlens_common.contracts.services import SERVICES
from answerlens_scheduler.depth import with_messages

QUEUES = list(all_queues(["chat-a"]))
DELAYS = (1, 2)
Act = Callable[[aio_pika.abc.AbstractChannel], Awaitable[object]]


def own(service: str) -> list[Queue]:
    return [queue for queue in QUEUES if queue.name.startswith(f"{service}.")]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, addresses: Addresses) -> Iterator[dict[str, str]]:
    """A private broker's address for each service, and the administrator's under ""."""
    run_dir = tmp_path_factory.mktemp("users") / "run"
    stack = Stack(run_dir, {"ANSWERLENS_POSTGRES_URL": addresses.postgres_url}, tied=True)
    try:
        url = stack.up_backing().rabbitmq_url
        passwords = read_state(run_dir).service_passwords
        names = user_names(vhost_of(url))
        yield {"": url, **{each: as_user(url, names[each], passwords[each]) for each in SERVICES}}
    finally:
        stack.down()


@pytest.fixture
async def declared(broker: dict[str, str]) -> dict[str, str]:
    await declare(broker[""], ["chat-a"], DELAYS)
    return broker


async def refuses(connection: AbstractConnection, act: Act) -> bool:
    channel = await connection.channel()
    try:
        await act(channel)
    except ChannelAccessRefused:
        return True
    await channel.close()
    return False


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_has_its_own_queues_and_no_others(declared: dict[str, str], service: str) -> None:
    assert own(service)
    async with await aio_pika.connect(declared[service]) as connection:
        for queue in own(service):
            # as when it was deleted, with what belongs to it
            assert not await refuses(connection, _declare(queue))
            assert not await refuses(connection, _get(queue.name))
            assert not await refuses(connection, _publish("", queue.retry(1)))
        assert not await refuses(connection, _publish(EVENTS_EXCHANGE, own(service)[0].routing_key))
        for queue in QUEUES:
            if queue in own(service):
                continue
            assert await refuses(connection, _get(queue.name)), queue
            assert await refuses(connection, _get(queue.dead)) is (service != "order-api"), queue
            assert await refuses(connection, _declare(queue)), queue
            assert await refuses(connection, _delete(queue.name)), queue


@pytest.mark.parametrize("service", SERVICES)
async def test_no_service_makes_exchanges_or_queues_of_other_names(declared: dict[str, str], service: str) -> None:
    async with await aio_pika.connect(declared[service]) as connection:
        assert await refuses(connection, lambda channel: channel.declare_queue("mine"))
        assert await refuses(connection, lambda channel: channel.declare_exchange("mine"))
        assert await refuses(connection, lambda channel: channel.exchange_delete(EVENTS_EXCHANGE))


async def test_the_scheduler_sees_how_much_waits_in_every_queue(declared: dict[str, str]) -> None:
    async with await aio_pika.connect(declared[""]) as connection:
        await _publish("", QUEUES[0].name)(await connection.channel())
    assert QUEUES[0] in await with_messages(declared["scheduler"], QUEUES, DELAYS)


def test_a_services_name_begins_the_names_of_its_queues_alone() -> None:
    assert {queue.name.partition(".")[0] for queue in QUEUES} == {*SERVICES}
    assert len({permissions(service).read for service in SERVICES}) == len(SERVICES)


def test_installations_that_share_a_broker_have_users_of_their_own() -> None:
    assert user_names(DEFAULT_VHOST)["order-api"] == "answerlens_order_api"
    assert user_names("lens2")["order-api"] == "lens2_order_api"
    assert [vhost_of(url) for url in ("amqp://h", "amqp://h/", "amqp://h/%2F", "amqp://h/a%2Fb")] == [
        "/",
        "/",
        "/",
        "a/b",
    ]


def _declare(queue: Queue) -> Act:
    return lambda channel: declare_queue(channel, queue, DELAYS)


def _delete(name: str) -> Act:
    return lambda channel: channel.queue_delete(name)


def _get(name: str) -> Act:
    async def act(channel: aio_pika.abc.AbstractChannel) -> None:
        queue = await channel.get_queue(name, ensure=False)
        message = await queue.get(fail=False)
        if message is not None:
            await message.nack(requeue=True)

    return act


def _publish(exchange: str, routing_key: str) -> Act:
    async def act(channel: aio_pika.abc.AbstractChannel) -> None:
        target = channel.default_exchange if not exchange else await channel.get_exchange(exchange, ensure=False)
        await target.publish(aio_pika.Message(b"{}"), routing_key)

    return act
