"""What one question costs at the database: statements, transactions and round trips, counted on the wire.

    python -m benchmarks.round_trips [--before dad954d]

Starts a PostgreSQL of its own, unless the environment names one. The collector's stage asks a pretended site, by the
code of `--before` and by today's; a proxy between it and the database reads its messages. The second question counts.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

from tests.support.line import DAY, WORK, Line

from answerlens_cli.stack.stack import backing_services
from answerlens_collector.app import ask_stage
from answerlens_collector.handlers import AskHandlers
from answerlens_common.db import Database
from answerlens_common.events import Event, QuestionQueued
from answerlens_common.limits.breakers import Breakers
from answerlens_common.settings import PostgresSettings
from answerlens_common.work.runner import StageRunner
from benchmarks.refresh import ROOT, code_of, python_path

QUESTIONS = 4
# What a client sends before it has logged in has no type.
_HEADER, _LENGTH = 5, 4
_SSL_REQUEST = 80877103


class Wire:
    """Between a client and the server: counts what the client sends.

    Attributes:
        statements: that were executed, BEGIN, COMMIT and ROLLBACK among them.
        transactions: that were begun.
        round_trips: after which the client waited for the server.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.statements: Counter[str] = Counter()
        self.round_trips = 0

    @property
    def transactions(self) -> int:
        """How many were begun."""
        return self.statements["BEGIN"]

    async def read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what a client sends, message by message."""
        logged_in = False
        while True:
            head = await reader.readexactly(_HEADER if logged_in else _LENGTH)
            body = await reader.readexactly(int.from_bytes(head[-_LENGTH:]) - _LENGTH)
            if logged_in:
                self._count(head[:1], body)
            elif int.from_bytes(body[:4]) != _SSL_REQUEST:
                logged_in = True
            writer.write(head + body)
            await writer.drain()

    def _count(self, kind: bytes, body: bytes) -> None:
        if kind == b"Q":
            self.statements[body.rstrip(b"\0").decode().split(maxsplit=1)[0].rstrip(";") or "ping"] += 1
        elif kind == b"E":
            self.statements["statement"] += 1
        self.round_trips += kind in {b"Q", b"S"}

    @asynccontextmanager
    async def before(self, url: str) -> AsyncIterator[str]:
        """Listen in front of a server; where."""
        parts = urlsplit(url)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            theirs, to_them = await asyncio.open_connection(parts.hostname, parts.port)
            back = asyncio.create_task(_passed_on(theirs, writer))
            try:
                await self.read(reader, to_them)
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                back.cancel()
                to_them.close()
                writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            yield parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}").geturl()


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


async def count_here(url: str) -> str:
    """Ask in this process, by whichever code it has; what the second question cost."""
    wire = Wire()
    published: list[Event] = []

    async def publish(event: Event) -> None:
        published.append(event)

    delivery = cast("Any", SimpleNamespace(publish=publish, stopping=asyncio.Event()))
    async with wire.before(url) as through, Database(PostgresSettings(url=through, pool_size=1)) as db:
        line = Line(db, delivery)
        await line.prepare(QUESTIONS)
        (first,) = await line.order()
        await line.handlers()[type(first)](first, "plan", 0)
        handlers = AskHandlers(db, line.engine, 0.5, Breakers(db), asyncio.Event())
        ask = StageRunner(ask_stage(handlers), db, delivery, WORK)
        for number, event in enumerate([each for each in published if isinstance(each, QuestionQueued)][:2]):
            wire.clear()
            await ask(event, f"message {number}", 0)
        plain = wire.statements["statement"]
        return f"{plain:10}{wire.transactions:14}{sum(wire.statements.values()):19}{wire.round_trips:13}"


async def emptied(url: str) -> None:
    """Let nothing be left of the run before."""
    async with Database(PostgresSettings(url=url)) as db:
        await db.execute("TRUNCATE users, orders, bank, question_bank, engine, claim, keyword_day, task_log CASCADE")
        for table in ("collection", "ai_answer", "outbox", "breaker"):
            await db.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant
        await db.execute("SELECT ensure_answer_day(:date)", date=DAY)


def main() -> None:
    """Count, and print a line for each code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", default="dad954d", help="a commit")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        sys.stdout.write(f"{asyncio.run(count_here(chosen.child))}\n")
        return
    with tempfile.TemporaryDirectory() as folder, backing_services(Path(folder) / "run") as addresses:
        url = addresses.postgres_url
        environment = {**os.environ, "ANSWERLENS_POSTGRES_URL": url}
        subprocess.run([sys.executable, "-m", "answerlens_common.db.migrations"], check=True, env=environment)
        codes = {chosen.before: code_of(chosen.before, Path(folder) / "before"), "now": ROOT}
        sys.stdout.write("code    statements  transactions  with BEGIN, COMMIT  round trips\n")
        for name, code in codes.items():
            asyncio.run(emptied(url))
            command: Sequence[str] = [sys.executable, "-m", "benchmarks.round_trips", "--child", url]
            environment = {**os.environ, "PYTHONPATH": python_path(code)}
            told = subprocess.run(command, cwd=ROOT, check=True, env=environment, capture_output=True, text=True)  # noqa: S603
            sys.stdout.write(f"{name:8}{told.stdout.splitlines()[-1]}\n")


if __name__ == "__main__":
    main()
