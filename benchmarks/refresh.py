"""A refresh of many keywords with orders placed meanwhile: how long its transactions are, and how long an order waits.

    python -m benchmarks.refresh [--keywords 1000] [--orders 10] [--runs 3] [--before dad954d]

Starts a PostgreSQL of its own, unless the environment names one. The refresh runs in a process of its own, by the code
of `--before` and by today's in turn, on the same database; this process places orders on the same keywords and date.
"""

import argparse
import asyncio
import datetime as dt
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from answerlens_cli.stack.stack import backing_services
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import Lane
from answerlens_common.settings import FreshnessSettings, PostgresSettings
from answerlens_orders.measurements.entry import first_events
from answerlens_scheduler import refresh as refreshing

ROOT = Path(__file__).parents[1]
FIRST_DATE = dt.date(2026, 5, 1)
# Orders a second, one after the other.
PACE_SECONDS = 0.02
_GIT = shutil.which("git") or "git"

_ORDER = """
WITH owner AS (INSERT INTO users (name, role, key_sha256) VALUES (:name, 'client', :name) RETURNING id),
placed AS (
    INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date, track_days)
    SELECT id, CAST(:keyword AS text), '索尼', '{}', '{chat-a,chat-b}', CAST(:date AS date), 365 FROM owner RETURNING id
), day AS (
    INSERT INTO measurement (order_id, date, keyword)
    SELECT id, CAST(:date AS date), CAST(:keyword AS text) FROM placed
)
INSERT INTO measurement_engine (order_id, date, engine)
SELECT id, CAST(:date AS date), unnest(CAST('{chat-a,chat-b}' AS text[])) FROM placed
"""


@dataclass(frozen=True)
class Run:
    """One refresh, in seconds: all of it, its longest transaction, and what each order placed meanwhile took."""

    refresh: float
    longest: float
    orders: Sequence[float]


async def place(db: Database, keyword: str, date: dt.date) -> None:
    """Store an order and its first events, as the API does."""
    async with db.transaction() as tx:
        events = await first_events(tx, keyword, date, ["chat-a", "chat-b"], Lane.EXPRESS, FreshnessSettings())
        await tx.execute(_ORDER, name=str(uuid4()), keyword=keyword, date=date)
        await enqueue(tx, events)


async def one_run(url: str, path: str, keywords: int, date: dt.date) -> Run:
    """Refresh a date by the code of a Python path, and place orders until it is done."""
    command = [sys.executable, "-m", "benchmarks.refresh", "--child", url, "--date", date.isoformat()]
    taken: list[float] = []
    async with Database(PostgresSettings(url=url)) as db:
        child = await asyncio.create_subprocess_exec(
            *command,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
        )
        if child.stdout is None or (await child.stdout.readline()).strip() != b"begins":
            message = "the refresh did not begin"
            raise RuntimeError(message)
        ended = asyncio.create_task(child.communicate())
        while not ended.done():
            began = time.perf_counter()
            await place(db, f"keyword {random.randrange(keywords):05}", date)  # noqa: S311 - which keyword is no secret
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(PACE_SECONDS)
        told = json.loads((await ended)[0].splitlines()[-1])
    return Run(told["refresh"], told["longest"], taken)


async def refresh_here(url: str, date: dt.date) -> None:
    """Refresh in this process, by whichever code it has; tell how long it took."""
    longest = 0.0
    async with Database(PostgresSettings(url=url)) as db:
        await db.value("SELECT 1")
        sys.stdout.write("begins\n")
        sys.stdout.flush()

        @asynccontextmanager
        async def transaction() -> AsyncIterator[Transaction]:
            nonlocal longest
            began = time.perf_counter()
            async with db.transaction() as tx:
                yield tx
            longest = max(longest, time.perf_counter() - began)

        began = time.perf_counter()
        if hasattr(refreshing, "refresh_keyword"):
            async for keyword in refreshing.live_keywords(db):
                async with transaction() as tx:
                    await refreshing.refresh_keyword(tx, keyword, date, FreshnessSettings())
        else:
            async with transaction() as tx:
                await refreshing.refresh(tx, date, FreshnessSettings())  # type: ignore[attr-defined] # the code of before
        sys.stdout.write(json.dumps({"refresh": time.perf_counter() - began, "longest": longest}) + "\n")


async def fill(url: str, keywords: int, orders: int, days: int) -> None:
    """So many orders on each keyword, each measured on so many days up to the first date."""
    async with Database(PostgresSettings(url=url, command_timeout=600)) as db:
        await db.execute("INSERT INTO users (name, role, key_sha256) VALUES ('one', 'client', 'one')")
        await db.execute(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date, track_days)"
            " SELECT users.id, 'keyword ' || lpad(number::text, 5, '0'), '索尼', '{}', '{chat-a,chat-b}',"
            " CAST(:date AS date) - CAST(:days AS int), 365 FROM users,"
            " generate_series(0, :keywords - 1) AS number, generate_series(1, :orders)",
            date=FIRST_DATE,
            days=days,
            keywords=keywords,
            orders=orders,
        )
        await db.execute(
            "INSERT INTO measurement (order_id, date, keyword, status)"
            " SELECT id, first_date + number, keyword, 'completed' FROM orders, generate_series(0, :days) AS number",
            days=days,
        )
        await db.execute(
            "INSERT INTO measurement_engine (order_id, date, engine, status)"
            " SELECT order_id, date, unnest(engines), 'analysed' FROM measurement JOIN orders ON id = order_id"
        )
        await db.execute("INSERT INTO keyword_day (keyword, date, bank_version)"
                         " SELECT DISTINCT keyword, date, 1 FROM measurement")  # fmt: skip
        await db.execute("ANALYZE")


def python_path(code: Path) -> str:
    """Where the packages of a working copy are."""
    sources = (*code.glob("libs/*/src"), *code.glob("services/*/src"), ROOT)
    return ":".join(map(str, sources))


def code_of(commit: str, folder: Path) -> Path:
    """The libraries and services as they were at a commit."""
    command = [_GIT, "archive", commit, "libs", "services"]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - the commit is ours
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def shown(name: str, run: Run) -> str:
    """A line of the table."""
    p95 = statistics.quantiles(run.orders, n=20)[-1]
    return (
        f"{name:8}{run.refresh:8.2f} s{1000 * run.longest:12.0f} ms{len(run.orders):8}"
        f"{1000 * statistics.median(run.orders):10.0f} ms{1000 * p95:10.0f} ms{1000 * max(run.orders):10.0f} ms"
    )


def main() -> None:
    """Measure, and print a line for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keywords", type=int, default=1000)
    parser.add_argument("--orders", type=int, default=10, help="live ones on each keyword")
    parser.add_argument("--days", type=int, default=20, help="on which each has been measured")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--before", default="dad954d", help="a commit")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--date", type=dt.date.fromisoformat, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        asyncio.run(refresh_here(chosen.child, chosen.date))
        return
    with tempfile.TemporaryDirectory() as folder, backing_services(Path(folder) / "run") as addresses:
        url = addresses.postgres_url
        environment = {**os.environ, "ANSWERLENS_POSTGRES_URL": url}
        subprocess.run([sys.executable, "-m", "answerlens_common.db.migrations"], check=True, env=environment)
        asyncio.run(fill(url, chosen.keywords, chosen.orders, chosen.days))
        before = code_of(chosen.before, Path(folder) / "before")
        sys.stdout.write("code     refresh   longest tx  orders    median       p95       most\n")
        for number in range(chosen.runs):
            for offset, (name, code) in enumerate({chosen.before: before, "now": ROOT}.items()):
                date = FIRST_DATE + dt.timedelta(days=1 + 2 * number + offset)
                run = asyncio.run(one_run(url, python_path(code), chosen.keywords, date))
                sys.stdout.write(f"{shown(name, run)}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
