"""The session's own PostgreSQL and RabbitMQ: what they promise, and that nobody else can reach them."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from answerlens_cli.stack import Addresses

LISTEN = "0A"
LOOPBACK = "0100007F"


def listening(port: int) -> set[str]:
    """The local IPv4 addresses, in the kernel's hexadecimal, on which something listens on this port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = [row[1].split(":") for row in rows if row[3] == LISTEN]
    return {address for address, hexadecimal in sockets if int(hexadecimal, 16) == port}


@pytest.fixture(autouse=True)
def private(addresses: Addresses) -> None:
    """These tests are about the private instances."""
    if "ANSWERLENS_POSTGRES_URL" in os.environ or "ANSWERLENS_RABBITMQ_URL" in os.environ:
        pytest.skip(f"the environment names its own servers, such as {addresses.rabbitmq_url}")


async def test_commits_reach_the_disk(addresses: Addresses) -> None:
    connection = await asyncpg.connect(addresses.postgres_url)
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await connection.fetchval(f"SHOW {setting}") == "on"
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
    finally:
        await connection.close()


async def test_nobody_enters_without_the_password(addresses: Addresses) -> None:
    url = urlsplit(addresses.postgres_url)
    for password in ("", "wrong"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                host=url.hostname, port=url.port, user=url.username, password=password, database="postgres"
            )


def test_only_this_machine_can_reach_them(addresses: Addresses) -> None:
    postgres, amqp = urlsplit(addresses.postgres_url).port, urlsplit(addresses.rabbitmq_url).port
    assert postgres
    assert amqp
    # The block's layout: PostgreSQL, AMQP, Erlang's distribution, epmd, RabbitMQ's metrics.
    assert [listening(port) for port in range(postgres, postgres + 5)] == [{LOOPBACK}] * 5


def test_the_broker_tells_its_queues_to_prometheus(addresses: Addresses) -> None:
    assert addresses.rabbitmq_metrics
    assert "rabbitmq_queues" in httpx.get(addresses.rabbitmq_metrics, trust_env=False).text


def test_the_browser_is_a_program(addresses: Addresses) -> None:
    assert os.access(addresses.chromium_path, os.X_OK)
