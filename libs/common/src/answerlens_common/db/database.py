"""Short transactions on a pool of connections, and single statements that need none.

A transaction costs two round trips to the server beside its statements (BEGIN, COMMIT). A single statement is atomic by
itself: `Database.rows`, `row`, `value` and `execute` send it alone.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Self, TypeVar, overload

from sqlalchemy import RowMapping, text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from answerlens_common.db.breaker import DatabaseBreaker
from answerlens_common.db.connections import check_before_use
from answerlens_common.db.open_transactions import Longest, watched
from answerlens_common.errors import TransientError
from answerlens_common.settings import PostgresSettings

# Read-only after a failover, shutting down, starting up, connection errors; out of disk, memory or connections, an I/O
# error; a transaction that it ended because we were slow; and the two a repeat resolves.
LOST_SQLSTATES = ("25006", "25P03", "57P01", "57P02", "57P03", "08", "40001", "40P01", "53", "58030")
# Of those, what says nothing against the database.
BUSY_SQLSTATES = ("25P03", "40001", "40P01")
# It gave a statement up for its time.
CANCELLED_SQLSTATE = "57014"
# Of the time a statement may take: the server gives it up before we give the server up, so the two can be told apart.
SERVER_SHARE = 0.9
# How long new work waits for a database that is gone.
WAIT_SECONDS = 300.0


R = TypeVar("R")


class DatabaseLostError(TransientError):
    """The database was out of reach, or gave the transaction up; the whole transaction may be repeated."""


class SlowStatementError(TransientError):
    """A statement took longer than it may. The database is there, and may be asked other things."""


class Transaction:
    """One transaction: every method is one statement.

    With `into`, a row is given as an object of that class, whose fields are the statement's columns by name.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, sql: str, /, **values: object) -> int:
        """Run a statement; the number of rows it touched."""
        result = await self._connection.execute(text(sql), values)
        return result.rowcount

    @overload
    async def rows(self, sql: str, into: type[R], /, **values: object) -> list[R]: ...

    @overload
    async def rows(self, sql: str, /, **values: object) -> Sequence[RowMapping]: ...

    async def rows(self, sql: str, into: type[R] | None = None, /, **values: object) -> Sequence[RowMapping] | list[R]:
        """Every row."""
        found = (await self._connection.execute(text(sql), values)).mappings().all()
        return found if into is None else [into(**row) for row in found]

    @overload
    async def row(self, sql: str, into: type[R], /, **values: object) -> R | None: ...

    @overload
    async def row(self, sql: str, /, **values: object) -> RowMapping | None: ...

    async def row(self, sql: str, into: type[R] | None = None, /, **values: object) -> RowMapping | R | None:
        """The first row, if there is one."""
        found = (await self._connection.execute(text(sql), values)).mappings().first()
        return found if into is None or found is None else into(**found)

    async def value(self, sql: str, /, **values: object) -> Any:  # noqa: ANN401 - SQL knows the type, we do not
        """The first column of the first row, or None."""
        return await self._connection.scalar(text(sql), values)

    async def notify(self, channel: str, *payloads: str) -> None:
        """Wake the listeners of a channel when the transaction commits, once for each payload."""
        await self.execute(
            "SELECT pg_notify(:channel, payload) FROM unnest(CAST(:payloads AS text[])) AS payload",
            channel=channel,
            payloads=list(payloads),
        )


class Database:
    """The pool. `async with` closes it.

    Attributes:
        breaker: whether it has been out of reach lately.
        longest: the longest transaction of this process so far.
    """

    def __init__(self, settings: PostgresSettings, name: str = "answerlens") -> None:
        """Open nothing yet; `name` and the process's id are what the server lists its connections under."""
        self.settings = settings
        self.breaker = DatabaseBreaker()
        self.longest = Longest()
        self._engine = create_async_engine(
            settings.sqlalchemy_url,
            pool_size=settings.pool_size,
            max_overflow=0,
            pool_recycle=300,
            hide_parameters=True,  # answers and keys do not belong into error texts
            connect_args={
                "command_timeout": settings.command_timeout,
                "timeout": 10,
                "server_settings": {
                    "application_name": f"{name}:{os.getpid()}",
                    "statement_timeout": f"{max(1, round(settings.command_timeout * SERVER_SHARE * 1000))}ms",
                },
            },
        )
        check_before_use(self._engine)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on an error.

        Raises:
            DatabaseLostError: the connection was lost; counted against the breaker unless the server is not to blame.
            SlowStatementError: a statement took longer than it may.
        """
        with self._told():
            # the wait for a connection of the pool is no part of it
            async with self._engine.connect() as connection:
                with watched(self.longest):
                    async with connection.begin():
                        yield Transaction(connection)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell the breaker how it went, and turn the driver's errors into ours."""
        try:
            yield
            self.breaker.succeeded()
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None) or ""
            lost = error.connection_invalidated or isinstance(error, InterfaceError)
            if lost or state.startswith(LOST_SQLSTATES):
                if state not in BUSY_SQLSTATES:
                    self.breaker.failed()
                raise DatabaseLostError(str(error.orig)) from error
            if state == CANCELLED_SQLSTATE:
                raise SlowStatementError(str(error.orig)) from error
            raise
        except PoolTimeoutError as error:
            # all of our own connections are in use: the database is not to blame
            raise DatabaseLostError(str(error)) from error
        except (OSError, TimeoutError) as error:
            self.breaker.failed()
            raise DatabaseLostError(str(error) or type(error).__name__) from error

    async def wait(self, stopping: asyncio.Event) -> None:
        """Return at once, or when a database that was lost is back.

        Raises:
            DatabaseLostError: it is not, after five minutes or when we are told to stop.
        """
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while self.breaker.state != "closed":
            if stopping.is_set() or asyncio.get_running_loop().time() > deadline:
                message = "breaker database is open"
                raise DatabaseLostError(message)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), max(0.05, self.breaker.seconds_left))
            async with self.breaker.probing:
                if self.breaker.state == "half-open":
                    with suppress(DatabaseLostError):
                        await self.value("SELECT 1")

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[Transaction]:
        """One statement without BEGIN and COMMIT: the server makes it a transaction by itself."""
        with self._told():
            async with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                yield Transaction(connection)

    async def execute(self, sql: str, /, **values: object) -> int:
        """Run one statement by itself; the number of rows it touched."""
        async with self._alone() as alone:
            return await alone.execute(sql, **values)

    @overload
    async def rows(self, sql: str, into: type[R], /, **values: object) -> list[R]: ...

    @overload
    async def rows(self, sql: str, /, **values: object) -> Sequence[RowMapping]: ...

    async def rows(self, sql: str, into: type[R] | None = None, /, **values: object) -> Sequence[RowMapping] | list[R]:
        """Every row of one statement by itself."""
        async with self._alone() as alone:
            return await (alone.rows(sql, **values) if into is None else alone.rows(sql, into, **values))

    @overload
    async def row(self, sql: str, into: type[R], /, **values: object) -> R | None: ...

    @overload
    async def row(self, sql: str, /, **values: object) -> RowMapping | None: ...

    async def row(self, sql: str, into: type[R] | None = None, /, **values: object) -> RowMapping | R | None:
        """The first row of one statement by itself."""
        async with self._alone() as alone:
            return await (alone.row(sql, **values) if into is None else alone.row(sql, into, **values))

    async def value(self, sql: str, /, **values: object) -> Any:  # noqa: ANN401 - SQL knows the type, we do not
        """The first column of the first row of one statement by itself."""
        async with self._alone() as alone:
            return await alone.value(sql, **values)
