"""Faults of a private PostgreSQL: backends ended, restarted in a crash, frozen, read-only."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg

START_SECONDS = 60.0
# How a test's own connections are told from those of the services.
NAME = "fault"


class Postgres:
    """The PostgreSQL of one run folder, which its supervisor starts again when it dies."""

    def __init__(self, url: str, data: Path) -> None:
        self._url = url
        self._data = data

    async def _run(self, *statements: str) -> None:
        connection = await asyncpg.connect(self._url, timeout=10, server_settings={"application_name": NAME})
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    @property
    def pid(self) -> int:
        """The postmaster's."""
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    async def terminate_for(self, seconds: float, seed: int) -> int:
        """End one backend after the other for so long; how many times somebody was hit."""
        chance, ended = random.Random(seed), 0  # noqa: S311 - a nemesis, not a secret
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ended += await self.terminate_some(chance) > 0
            await asyncio.sleep(0.2)
        print(f"{ended} backends terminated")
        return ended

    async def terminate_some(self, chance: random.Random) -> int:
        """End one of the services' backends; how many there were."""
        connection = await asyncpg.connect(self._url, timeout=10, server_settings={"application_name": NAME})
        try:
            rows = await connection.fetch(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name <> $1", NAME
            )
            if rows:
                await connection.execute("SELECT pg_terminate_backend($1)", chance.choice(rows)["pid"])
        finally:
            await connection.close()
        return len(rows)

    async def restart_immediately(self) -> None:
        """As `pg_ctl restart --mode=immediate`: every process quits at once, the log is replayed."""
        before = self.pid
        os.kill(before, signal.SIGQUIT)
        async with asyncio.timeout(START_SECONDS):
            while True:
                with suppress(OSError, IndexError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    if self.pid != before:
                        await self._run("SELECT 1")
                        return
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """SIGSTOP of every process: sockets stay open and nobody answers."""
        parent = self.pid
        os.kill(parent, signal.SIGSTOP)  # first the one that would start more
        pids = [parent, *_children(parent)]
        for pid in pids[1:]:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in reversed(pids):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[None]:
        """No transaction may write, as on a standby after a failover."""
        await self._run("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
        try:
            yield
        finally:
            await self._run(
                "SET default_transaction_read_only = off",
                "ALTER SYSTEM RESET default_transaction_read_only",
                "SELECT pg_reload_conf()",
            )


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
