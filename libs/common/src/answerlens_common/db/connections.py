"""Whether a pooled connection is still good, asked without a round trip for every use of it.

The driver notices a server that closes a connection (it restarts, it fails over), and such a connection is replaced at
once. It does not notice when something in between drops a connection in silence. That shows only when the server is
asked, which is done for a connection that has not been used for a while.
"""

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

IDLE_SECONDS = 5.0


def check_before_use(engine: AsyncEngine) -> None:
    """Have the pool replace a connection that is lost before a caller gets it."""

    @event.listens_for(engine.sync_engine, "checkin")
    def _note(_connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - SQLAlchemy's own type of it
        entry.info["unused_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _check(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401
        if connection.driver_connection.is_closed():
            raise DisconnectionError
        if time.monotonic() - entry.info.get("unused_since", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            connection.ping()
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
