"""`make fuzz`: schemathesis against a real order API, once with a client's key and once with an admin's.

PostgreSQL and RabbitMQ are private ones. Each fuzzes twice: with made-up ids, and with those of an order and a failed
task that are there.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from answerlens_cli.repository import ROOT
from answerlens_cli.stack import backing_services
from answerlens_cli.stack.environment import SANDBOX_ENGINES
from answerlens_cli.stack.jobs import add_user
from answerlens_cli.stack.ports import free_block
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings

READY_SECONDS = 60.0
CONFIG = Path(__file__).parent / "schemathesis.toml"
# A stream would not end, who is revoked or which breaker is changed matters to all, and a wrong id would be replaced.
WITH_REAL_IDS = ("--exclude-path-regex", "/events$|/users/|/circuit-breakers/", "--mode", "positive")
ORDER = {"keyword": "蓝牙耳机", "brand": {"name": "索尼"}, "competitors": [{"name": "Bose"}]}


@dataclass(frozen=True)
class Target:
    """A running API, the keys of its users by their role, and what its paths may name."""

    url: str
    keys: Mapping[str, str]
    ids: Mapping[str, str]


def main() -> int:
    """Fuzz as both, with made-up ids and with real ones; 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=30, help="test cases an operation")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends with it
    more = ["--max-examples", str(given.examples), *(["--seed", str(given.seed)] if given.seed is not None else [])]
    found = []
    with tempfile.TemporaryDirectory(prefix="answerlens-fuzz-") as name, _served(Path(name)) as target:
        made_up = _configured(Path(name) / "made-up.toml", {})
        real = _configured(Path(name) / "real.toml", target.ids)
        for role, key in target.keys.items():
            if _fuzz(target.url, key, made_up, more):
                found.append(f"{role} with made-up ids")
            if _fuzz(target.url, key, real, [*more, *WITH_REAL_IDS]):
                found.append(f"{role} with real ids")
    print(f"Found something as {', as '.join(found)}." if found else "Clean, as client and as admin.")
    return 1 if found else 0


def _configured(file: Path, ids: Mapping[str, str]) -> Path:
    """A configuration in which paths name these, and anything else where nothing is said."""
    parameters = "".join(f'"path.{name}" = "{value}"\n' for name, value in ids.items())
    file.write_text(f"{CONFIG.read_text(encoding='utf-8')}\n[parameters]\n{parameters}", encoding="utf-8")
    return file


def _fuzz(url: str, key: str, config: Path, options: list[str]) -> bool:
    """Whether something was found; what schemathesis remembers of it stays beside its configuration."""
    command = [str(Path(sys.executable).parent / "st"), "--config-file", str(config), "run", f"{url}/api/openapi.json"]
    command += ["--header", f"Authorization: Bearer {key}", *options]
    return subprocess.run(command, cwd=config.parent, check=False).returncode != 0


@contextmanager
def _served(folder: Path) -> Iterator[Target]:
    """An order API with something in it."""
    with backing_services(folder / "run") as where, free_block() as ports:
        port = ports.base + 90
        env = os.environ | {
            "ANSWERLENS_POSTGRES_URL": where.postgres_url,
            "ANSWERLENS_RABBITMQ_URL": where.rabbitmq_url,
            "ANSWERLENS_ENGINES_DIR": str(SANDBOX_ENGINES),
            "ANSWERLENS_SANDBOX_URL": "http://127.0.0.1:1",  # named by its profiles, and never asked
            "ANSWERLENS_HTTP_PORT": str(port),
            # what is looked for is not how often one may ask
            "ANSWERLENS_LIMIT_REQUESTS_PER_MINUTE": "1000000",
            "ANSWERLENS_LIMIT_ORDERS_PER_MINUTE": "1000000",
            "ANSWERLENS_LIMIT_KEYLESS_REQUESTS_PER_MINUTE": "1000000",
        }
        for module in ("answerlens_common.db.migrations", "answerlens_common.jobs.topology"):
            subprocess.run([sys.executable, "-m", module], check=True, env=env, cwd=folder)
        keys = {role: add_user(f"fuzzing-{role}", role, env) for role in ("client", "admin")}
        log = (folder / "order-api.log").open("w")
        server = subprocess.Popen(
            [sys.executable, "-m", "answerlens_order_api"], env=env, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _until_ready(url, server, folder)
            with httpx.Client(
                base_url=url, headers={"Authorization": f"Bearer {keys['client']}"}, timeout=60, trust_env=False
            ) as api:
                order = api.post("/api/orders", json=ORDER).raise_for_status().json()
            task_id = asyncio.run(_failed_task(where.postgres_url, order["keyword"]))
            queue = "searcher.keyword-requested.express"
            ids = {
                "order_id": order["id"],
                "keyword": order["keyword"],
                "task_id": str(task_id),
                "queue": queue,
                "kind": "failed",
            }
            yield Target(url, keys, ids)
        finally:
            server.terminate()
            server.wait(60)
            log.close()
            errors = [
                line for line in (folder / "order-api.log").read_text().splitlines() if '"level": "error"' in line
            ]
            print("\n".join(errors[:20]))


async def _failed_task(postgres_url: str, keyword: str) -> int:
    async with Database(PostgresSettings(url=postgres_url)) as db, db.transaction() as tx:
        task_id: int = await tx.value(
            "INSERT INTO task_log (keyword, date, task_type, status, error_message)"
            " VALUES (:keyword, current_date, 'search', 'failed', 'a captcha') RETURNING id",
            keyword=keyword,
        )
    return task_id


def _until_ready(url: str, server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            if httpx.get(f"{url}/ready", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        if server.poll() is not None or time.monotonic() > deadline:
            raise SystemExit((folder / "order-api.log").read_text())
        time.sleep(0.2)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
