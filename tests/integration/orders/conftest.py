"""The line of stages over a pretended broker, and a client."""

from uuid import UUID

import pytest

from answerlens_common.db import Database
from tests.integration.orders.private import answer_by, answered
from tests.support.line import Line
from tests.support.unreliable import Broker


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
async def line(database: Database, broker: Broker) -> Line:
    line = Line(database, broker)
    await line.prepare(2)
    return line


@pytest.fixture
async def client(database: Database) -> UUID:
    async with database.transaction() as tx:
        found: UUID = await tx.value(
            "INSERT INTO users (name, role, key_sha256) VALUES ('c', 'client', 'k') RETURNING id"
        )
    return found


@pytest.fixture
def answering(line: Line) -> Line:
    """Every question has its answer."""
    answer_by(line, answered().__getitem__)
    return line
