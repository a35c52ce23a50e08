"""Two clients against each other: nothing that client A does changes what client B gets."""

import asyncio
import datetime as dt
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from answerlens_cli.stack.stack import Stack
from tests.e2e.client import Client
from tests.e2e.intruder import Intruder

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(3600)]

ENGINES = ["chat-a", "chat-b"]
# what B orders first, and what A orders first with the keyword as its brand
FIRST, SECOND = ("蓝牙耳机", "扫地机器人"), "登山包"
BRANDS_A_KEYWORD = 2
# B's own pace stays under the limit of a key, 600 a minute
PROBES, PAUSE_SECONDS = 1100, 0.105
# Ids and moments differ from run to run; so does the digest of an engine's profile, which holds the sandbox's port.
OF_THE_RUN = {"id", "order_id", "created_at", "completed_at", "complete_at", "user", "engine_profile"}


@dataclass(frozen=True)
class Seen:
    """What client B got.

    Attributes:
        banks: For each keyword its questions with cluster, intent and sources.
        answers: For each keyword, engine and question the answer's status, text and links.
        reports: For each order of B's its report, without ids and moments.
        statuses: How each order ended.
        seconds: How long each of B's requests took.
    """

    banks: Mapping[str, list[tuple[Any, ...]]]
    answers: Mapping[tuple[str, ...], tuple[Any, ...]]
    reports: Mapping[tuple[str, str], Any]
    statuses: Mapping[tuple[str, str], str]
    seconds: list[float]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """B without A."""
    with _stack(tmp_path_factory.mktemp("alone")) as client:
        return _b_measures(client, before_second=lambda: None)


@pytest.mark.fault("F54")
@pytest.mark.parametrize("seed", [1, 2])
def test_what_one_client_gets_depends_on_no_other(
    alone: Seen, tmp_path: Path, seed: int, record_property: Callable[[str, object], None]
) -> None:
    with _stack(tmp_path) as client:
        user = {"name": "client-a", "role": "client"}
        key = client.call("POST", "/api/users", key=client.details.admin_key, json=user).json()["key"]
        with Intruder(client.details.api_url, key, FIRST, seed) as a:
            beside = _b_measures(
                client, before_second=lambda: a.order(SECOND, {"name": SECOND}, track_days=365).raise_for_status()
            )
    p99 = statistics.quantiles(beside.seconds, n=100)[98]
    record_property("requests", len(beside.seconds))
    record_property("p99 in s", p99)
    print(f"seed {seed}: {len(beside.seconds)} requests of B, p99 {p99:.3f} s; A: {dict(sorted(a.answers.items()))}")  # noqa: T201
    assert a.errors == []
    assert set(beside.statuses.values()) == {"completed"}
    assert beside.banks == alone.banks
    assert beside.answers == alone.answers
    assert beside.reports == alone.reports
    # the acceptance of the issue that asked for this test, on 2 cores
    assert p99 < 0.5


@contextmanager
def _stack(folder: Path) -> Iterator[Client]:
    overrides = {
        "ANSWERLENS_QUESTIONS_PER_CLUSTER": "3",
        "ANSWERLENS_RETRY_DELAYS": "[1,2]",
        "ANSWERLENS_TIMEZONE": _zone_at_noon(),
    }
    stack = Stack(folder / "run", overrides, sandbox=True, seed=7, tied=True)
    try:
        with Client(stack.up()) as client:
            client.world(answer_seconds=0.05)
            yield client
    finally:
        stack.down()


def _zone_at_noon() -> str:
    """A time zone in which no midnight, and with it no refresh, comes while the test runs."""
    # POSIX counts west: Etc/GMT-3 is three hours ahead of UTC
    return f"Etc/GMT{dt.datetime.now(dt.UTC).hour - 12:+d}"


def _b_measures(client: Client, before_second: Callable[[], object]) -> Seen:
    orders = {}
    for keyword in FIRST:
        for brand in client.brands(keyword)[:BRANDS_A_KEYWORD]:
            orders[keyword, brand["name"]] = client.order(keyword, brand, engines=ENGINES)["id"]
    before_second()
    (brand, *_) = client.brands(SECOND)
    orders[SECOND, brand["name"]] = client.order(SECOND, brand, engines=ENGINES)["id"]
    seconds: list[float] = []
    probing = threading.Thread(target=_probe, args=(client, list(orders.values()), seconds))
    probing.start()
    statuses = {of: client.ended(order)["status"] for of, order in orders.items()}
    probing.join()
    reports = {of: _without_run(client.report(order)) for of, order in orders.items()}
    return Seen(*_stored(client), reports, statuses, seconds)


def _probe(client: Client, orders: list[str], seconds: list[float]) -> None:
    """Ask for what a client looks at, at a client's pace."""
    for n in range(PROBES):
        path = f"/api/orders/{orders[n % len(orders)]}" if n % 2 else "/api/orders"
        started = time.monotonic()
        client.call("GET", path).raise_for_status()
        seconds.append(time.monotonic() - started)
        time.sleep(max(0.0, PAUSE_SECONDS - seconds[-1]))


def _without_run(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_run(each) for name, each in value.items() if name not in OF_THE_RUN}
    return [_without_run(each) for each in value] if isinstance(value, list) else value


def _stored(client: Client) -> tuple[dict[str, list[tuple[Any, ...]]], dict[tuple[str, ...], tuple[Any, ...]]]:
    return asyncio.run(_read(client.details.postgres_url))


async def _read(url: str) -> tuple[dict[str, list[tuple[Any, ...]]], dict[tuple[str, ...], tuple[Any, ...]]]:
    connection = await asyncpg.connect(url)
    try:
        questions = await connection.fetch(
            "SELECT keyword, cluster_id, main_intent, generated_question, source_questions::text FROM question_bank"
            " ORDER BY keyword, cluster_id, generated_question"
        )
        answers = await connection.fetch(
            "SELECT a.keyword, a.engine, a.question_text, a.replicate, a.status, a.answer_text,"
            " array_agg(l.link_url || ' ' || l.cited ORDER BY l.position) AS links"
            " FROM ai_answer a LEFT JOIN ai_link l USING (collection_id, number, replicate)"
            " GROUP BY a.id, 1, 2, 3, 4, 5, 6"
        )
    finally:
        await connection.close()
    banks: dict[str, list[tuple[Any, ...]]] = {}
    for row in questions:
        banks.setdefault(row["keyword"], []).append(tuple(row)[1:])
    return banks, {tuple(map(str, tuple(row)[:4])): tuple(row)[4:] for row in answers}
