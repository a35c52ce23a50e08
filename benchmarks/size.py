"""What lists and jobs cost on a full database, beside an empty and a small one: the tables of docs/size.md.

    python -m benchmarks.size [--size TWENTIETH] [--requests 15]

Starts servers of its own, unless the environment names a PostgreSQL, and fills databases there: at full size 4 GB.
Requests go to one order-api for each database in turn, one at a time; what counts is the ratio within one run.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import httpx
from tests.size import seeding
from tests.size.jobs import job_times

from answerlens_cli.stack.ports import free_block
from answerlens_cli.stack.stack import backing_services
from answerlens_common.broker.declare import declare
from answerlens_common.db import Database
from answerlens_common.observing.logs import configure_logs
from answerlens_common.settings import LogSettings, PostgresSettings, WorkSettings
from answerlens_orders.accounts.keys import sha256_of

SMALL = seeding.Size(orders=50, keywords=4, days=29, answer_days=2)
KEYS = {seeding.ADMIN: "al_" + "a" * 43, seeding.HEAVY: "al_" + "h" * 43}
READY_SECONDS = 60
# By whom, and what; {order} and {keyword} are the heavy user's.
LISTS = (
    (seeding.ADMIN, "/api/orders"),
    (seeding.ADMIN, "/api/orders?status=failed"),
    (seeding.ADMIN, "/api/orders?status=running"),
    (seeding.ADMIN, "/api/orders?status=cancelled"),
    (seeding.ADMIN, "/api/orders?keyword={keyword}"),
    (seeding.ADMIN, "/api/users"),
    (seeding.ADMIN, "/api/notifications"),
    (seeding.ADMIN, "/api/monitor/tasks/running"),
    (seeding.ADMIN, "/api/monitor/tasks/failed"),
    (seeding.ADMIN, "/api/monitor/stats"),
    (seeding.ADMIN, "/api/monitor/llm"),
    (seeding.ADMIN, "/api/monitor/orders/{order}"),
    (seeding.HEAVY, "/api/orders"),
    (seeding.HEAVY, "/api/orders?status=failed"),
    (seeding.HEAVY, "/api/notifications"),
    (seeding.HEAVY, "/api/engines"),
    (seeding.HEAVY, "/api/orders/{order}"),
    (seeding.HEAVY, "/api/orders/{order}/report"),
    (seeding.HEAVY, "/api/orders/{order}/measurements"),
    (seeding.HEAVY, "/api/keywords/{keyword}/sources"),
    (seeding.HEAVY, "/api/keywords/{keyword}/questions"),
)


async def filled(url: str, size: seeding.Size | None) -> tuple[str, str]:
    """Fill a database, or with no size leave it with its users only; an order of the heavy user's, and its keyword."""
    async with Database(PostgresSettings(url=url, command_timeout=1800)) as db:
        if size is not None:
            began = time.monotonic()
            await seeding.fill(db, size, await db.value("SELECT CURRENT_DATE"))
            _say(f"{url.rpartition('/')[2]} filled in {time.monotonic() - began:.0f} s")
        async with db.transaction() as tx:
            for name, key in KEYS.items():
                await tx.execute(
                    "INSERT INTO users (name, role, key_sha256) VALUES (:name, :role, :key)"
                    " ON CONFLICT (name) DO UPDATE SET key_sha256 = excluded.key_sha256",
                    name=name,
                    role="admin" if name == seeding.ADMIN else "client",
                    key=sha256_of(key),
                )
            row = await tx.row(
                "SELECT o.id, keyword FROM orders o JOIN users u ON u.id = user_id"
                " WHERE u.name = :name AND live AND EXISTS (SELECT FROM collection run"
                " WHERE run.keyword = o.keyword AND run.status = 'collecting') ORDER BY o.created_at DESC LIMIT 1",
                name=seeding.HEAVY,
            )
    return (str(row["id"]), row["keyword"]) if row else ("", "")


async def created(server: str, name: str) -> str:
    """The address of a new database on a server."""
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return f"{server.rpartition('/')[0]}/{name}"


@contextmanager
def api(url: str, rabbitmq_url: str, port: int) -> Iterator[httpx.Client]:
    """An order-api on a database, ready."""
    settings = {
        "ANSWERLENS_POSTGRES_URL": url,
        "ANSWERLENS_RABBITMQ_URL": rabbitmq_url,
        "ANSWERLENS_HTTP_PORT": str(port),
        "ANSWERLENS_LIMIT_REQUESTS_PER_MINUTE": "1000000",
        "ANSWERLENS_LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "-m", "answerlens_order_api"], env=os.environ | settings)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            deadline = time.monotonic() + READY_SECONDS
            while not _is_ready(client):
                if time.monotonic() > deadline:
                    message = "order-api is not ready"
                    raise TimeoutError(message)
                time.sleep(0.2)
            yield client
    finally:
        process.terminate()
        process.wait()


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/ready").is_success
    except httpx.TransportError:
        return False


def list_times(
    clients: Mapping[str, httpx.Client], known: Mapping[str, tuple[str, str]], requests: int
) -> Iterator[str]:
    """A line for each list: the median in milliseconds on each database, and the full one's ratio to the others."""
    for user, path in LISTS:
        found: dict[str, list[float]] = {name: [] for name in clients}
        # the first six are not counted: the server changes its plan after five
        for number in range(requests + 6):
            for name, client in clients.items():
                order, keyword = known[name]
                if "{" in path and not order:
                    continue
                began = time.perf_counter()
                answer = client.get(
                    path.format(order=order, keyword=keyword), headers={"Authorization": f"Bearer {KEYS[user]}"}
                )
                if number >= 6:  # noqa: PLR2004 - see above
                    found[name].append((time.perf_counter() - began) * 1000)
                answer.raise_for_status()
        medians = {name: statistics.median(each) for name, each in found.items() if each}
        cells = [f"{medians[name]:.1f}" if name in medians else "–" for name in clients]
        ratios = [f"{medians['full'] / medians[name]:.1f}" if name in medians else "–" for name in ("empty", "small")]
        yield f"| {user} `{path}` | {' | '.join([*cells, *ratios])} |"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _measured(size: seeding.Size, requests: int, postgres: str, rabbitmq: str) -> None:
    sizes = {"empty": None, "small": SMALL, "full": size}
    urls = {name: await created(postgres, f"size_{name}") for name in sizes}
    for url in urls.values():
        subprocess.run(  # noqa: ASYNC221 - nothing else is under way
            [sys.executable, "-m", "answerlens_common.db.migrations"],
            check=True,
            env=os.environ | {"ANSWERLENS_POSTGRES_URL": url},
        )
    await declare(rabbitmq, seeding.ENGINES, WorkSettings().retry_delays)
    known = {name: await filled(urls[name], sizes[name]) for name in sizes}
    with ExitStack() as stack:
        ports = stack.enter_context(free_block())
        clients = {
            name: stack.enter_context(api(url, rabbitmq, ports.service("order-api", number)))
            for number, (name, url) in enumerate(urls.items(), 1)
        }
        _say("| list | empty, ms | small, ms | full, ms | full ÷ empty | full ÷ small |\n|---|---|---|---|---|---|")
        for line in list_times(clients, known, requests):
            _say(line)
    _say("\n| job | small, ms | full, ms |\n|---|---|---|")
    small, full = await job_times(urls["small"]), await job_times(urls["full"])
    for name, milliseconds in full.items():
        _say(f"| {name} | {small[name]:.0f} | {milliseconds:.0f} |")


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="FULL", choices=["FULL", "TWENTIETH"])
    parser.add_argument("--requests", type=int, default=15, help="that count, for each list and database")
    chosen = parser.parse_args()
    configure_logs(LogSettings(level="ERROR"), "size")
    with tempfile.TemporaryDirectory(prefix="answerlens-size-") as folder, backing_services(Path(folder)) as where:
        asyncio.run(_measured(getattr(seeding, chosen.size), chosen.requests, where.postgres_url, where.rabbitmq_url))


if __name__ == "__main__":
    main()
