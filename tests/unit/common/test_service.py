"""A service whose consumers do not come back."""

import asyncio

import pytest

from answerlens_common import service as module
from answerlens_common.errors import TransientError
from answerlens_common.service import Service
from answerlens_common.settings import PostgresSettings, RabbitSettings, ServiceSettings


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service that has started and looks after its consumers all the time."""
    monkeypatch.setattr(module, "CONSUMERS_CHECK_SECONDS", 0.01)
    monkeypatch.setattr(module, "CONSUMERS_PATIENCE_SECONDS", 0.1)
    settings = ServiceSettings(
        postgres=PostgresSettings(url="postgresql://nobody@127.0.0.1:1/none"),
        rabbitmq=RabbitSettings(url="amqp://127.0.0.1:1/"),
    )
    service = Service("test", settings)
    service.started = True
    return service


async def ended(service: Service) -> bool:
    """Whether it ends its process within a second."""
    fatal = asyncio.Event()
    service._fatal = fatal.set
    watching = asyncio.create_task(service._keep_consuming())
    try:
        await asyncio.wait_for(fatal.wait(), 1)
    except TimeoutError:
        return False
    finally:
        watching.cancel()
    return True


async def test_a_consumer_that_stays_away_ends_the_process(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def missing() -> list[str]:
        return ["searcher.keyword-requested.express"]

    monkeypatch.setattr(service.delivery, "missing_consumers", missing)
    assert await ended(service)


async def test_one_that_comes_back_and_a_broker_that_is_away_do_not(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def sometimes() -> list[str]:
        nonlocal asked
        asked += 1
        if asked % 3 == 0:
            message = "no broker"
            raise TransientError(message)
        return ["searcher.keyword-requested.express"] if asked % 3 else []

    monkeypatch.setattr(service.delivery, "missing_consumers", sometimes)
    assert not await ended(service)
