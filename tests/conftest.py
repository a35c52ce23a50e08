"""A real PostgreSQL and a real RabbitMQ for the whole session: private instances unless the environment names some."""

from collections.abc import Iterator

import pytest

from answerlens_cli.stack.environment import Addresses
from answerlens_cli.stack.stack import backing_services


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """Where the session's own database server and broker are."""
    with backing_services(tmp_path_factory.mktemp("run")) as found:
        yield found


@pytest.fixture(scope="session")
def rabbitmq_url(addresses: Addresses) -> str:
    return addresses.rabbitmq_url
