"""One key abuses the API, another one uses it: how long the other waits, and what memory is left of it.

    python -m benchmarks.abuse [--seconds 60] [--code ANOTHER_CHECKOUT]

Starts PostgreSQL, RabbitMQ and one order-api of its own. The abuser previews the longest texts, opens event streams,
floods and leaves sockets open, all at once, from a process of its own. Prints the other's waiting times alone and
meanwhile, their ratio, and the memory (PSS, all processes of the API) before, at its most, and after.
"""

import argparse
import asyncio
import collections
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from answerlens_cli.stack.stack import backing_services

ORDER = {"keyword": "蓝牙耳机", "brand": {"name": "索尼"}, "competitors": [{"name": "Bose"}], "track_days": 0}
SMALL = {"text": "索尼和华为都不错，SONY 更贵。", "brand": {"name": "索尼", "aliases": ["Sony"]}}
LONG = {"texts": ["的" * 20_000] * 4, "brand": {"name": "的"}}
FLOOD_AT_ONCE = 50


async def use(url: str, key: str, seconds: float) -> list[float]:
    """Ask what a client asks, one request after the other; how long each took."""
    took = []
    async with httpx.AsyncClient(base_url=url, headers=_bearer(key), timeout=120, trust_env=False) as client:
        order = (await client.post("/api/orders", json=ORDER)).json()["id"]
        await client.post("/api/mentions/preview", json=SMALL)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for method, path, body in (
                ("GET", "/api/orders", None),
                ("GET", f"/api/orders/{order}", None),
                ("GET", "/ready", None),
                ("POST", "/api/mentions/preview", SMALL),
            ):
                began = time.monotonic()
                response = await client.request(method, path, json=body)
                took.append(time.monotonic() - began)
                response.raise_for_status()
                await asyncio.sleep(0.1)
    return took


async def abuse(url: str, key: str, seconds: float) -> collections.Counter[str]:
    """Everything at once; how it was answered."""
    answered: collections.Counter[str] = collections.Counter()
    ends = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=url, headers=_bearer(key), timeout=120, limits=limits, trust_env=False
    ) as client:
        order = (await client.post("/api/orders", json=ORDER)).json()["id"]

        async def ask(kind: str, method: str, path: str, body: object = None) -> None:
            while time.monotonic() < ends:
                try:
                    response = await client.request(method, path, json=body)
                    answered[f"{kind} {response.status_code}"] += 1
                except httpx.HTTPError as error:
                    answered[f"{kind} {type(error).__name__}"] += 1
                await asyncio.sleep(0.2)

        async def stream() -> None:
            while time.monotonic() < ends:
                try:
                    async with client.stream("GET", f"/api/orders/{order}/events") as response:
                        answered[f"stream {response.status_code}"] += 1
                        async with asyncio.timeout(max(0.1, ends - time.monotonic())):
                            async for _ in response.aiter_bytes():
                                pass
                except (httpx.HTTPError, TimeoutError):
                    answered["stream lost"] += 1
                await asyncio.sleep(5)

        host, _, port = url.removeprefix("http://").partition(":")
        silent = [socket.create_connection((host, int(port))) for _ in range(100)]
        await asyncio.gather(
            *(ask("preview", "POST", "/api/mentions/preview", LONG) for _ in range(20)),
            *(ask("list", "GET", "/api/orders?limit=100") for _ in range(FLOOD_AT_ONCE)),
            *(stream() for _ in range(200)),
        )
        for each in silent:
            each.close()
    return answered


def abused(url: str, key: str, seconds: float) -> None:
    """A process that abuses."""
    answered = asyncio.run(abuse(url, key, seconds))
    counts = ", ".join(f"{n} × {what}" for what, n in sorted(answered.items()))
    sys.stdout.write(f"abuser was answered: {counts}\n")


def family(pid: int) -> Iterator[int]:
    """A process and all that came of it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from family(int(child))


def memory_mb(pid: int) -> float:
    """What the process and its children take, shared pages counted by their share."""
    total = 0
    for each in family(pid):
        try:
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


async def watched(pid: int, done: asyncio.Event) -> float:
    """The most memory, until it is done."""
    most = 0.0
    while not done.is_set():
        most = max(most, memory_mb(pid))
        await asyncio.sleep(0.5)
    return most


def percentile(took: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return 1000 * sorted(took)[min(len(took) - 1, int(share * len(took)))]


async def measure(url: str, pid: int, keys: dict[str, str], seconds: float) -> None:
    """Print it."""
    fresh = memory_mb(pid)
    alone = await use(url, keys["user"], seconds / 2)
    done = asyncio.Event()
    most = asyncio.create_task(watched(pid, done))
    abuser = multiprocessing.get_context("spawn").Process(target=abused, args=(url, keys["abuser"], seconds))
    abuser.start()
    await asyncio.sleep(2)
    meanwhile = await use(url, keys["user"], seconds - 4)
    await asyncio.to_thread(abuser.join)
    done.set()
    await asyncio.sleep(75)
    for name, took in (("alone", alone), ("meanwhile", meanwhile)):
        sys.stdout.write(
            f"{name:9}: {len(took)} requests, median {1000 * statistics.median(took):.0f} ms,"
            f" p99 {percentile(took, 0.99):.0f} ms, most {1000 * max(took):.0f} ms\n"
        )
    sys.stdout.write(f"ratio of the medians {statistics.median(meanwhile) / statistics.median(alone):.1f},")
    sys.stdout.write(f" of p99 {percentile(meanwhile, 0.99) / percentile(alone, 0.99):.1f}\n")
    sys.stdout.write(f"memory: {fresh:.0f} MB fresh, {await most:.0f} at its most, {memory_mb(pid):.0f} after\n")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--code", type=Path, help="measure the API of this checkout")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, backing_services(Path(folder) / "run") as backing:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            **os.environ,
            "ANSWERLENS_POSTGRES_URL": backing.postgres_url,
            "ANSWERLENS_RABBITMQ_URL": backing.rabbitmq_url,
            "ANSWERLENS_HTTP_PORT": str(port),
            "ANSWERLENS_LOG_LEVEL": "WARNING",
            "ANSWERLENS_ENGINES_DIR": "sandbox/engines",
            "ANSWERLENS_SANDBOX_URL": "http://127.0.0.1:1",  # nobody asks it
        }
        if chosen.code:
            sources = [*chosen.code.glob("libs/*/src"), *chosen.code.glob("services/*/src")]
            environment["PYTHONPATH"] = os.pathsep.join(map(str, sources))

        def python(*arguments: str) -> str:
            command = [sys.executable, "-m", *arguments]
            return subprocess.check_output(command, env=environment, text=True)  # noqa: S603 - our own modules

        python("answerlens_common.db.migrations")
        python("answerlens_common.jobs.topology")
        keys = {
            name: json.loads(python("answerlens_order_api.users", "add", name, "--role", "client", "--json"))["key"]
            for name in ("user", "abuser")
        }
        with subprocess.Popen([sys.executable, "-m", "answerlens_order_api"], env=environment) as api:
            url = f"http://127.0.0.1:{port}"
            try:
                while not _is_ready(url):
                    time.sleep(0.2)
                asyncio.run(measure(url, api.pid, keys, chosen.seconds))
            finally:
                api.terminate()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


if __name__ == "__main__":
    main()
