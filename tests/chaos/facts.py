"""What is true of a system at one moment, read from everywhere it leaves traces."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from answerlens_cli.stack.processes import of_stack
from tests.chaos.processes import all_processes, ancestors
from tests.chaos.system import System

OPEN = {"queued", "running"}
REST_SECONDS = 400.0


@dataclass(frozen=True)
class Queue:
    """What lies in a queue."""

    ready: int
    unacked: int
    consumers: int


@dataclass(frozen=True)
class Write:
    """A result that was stored: the process that wrote it, and the one that had last taken the claim on it."""

    what: str
    writer: str
    holder: str | None


@dataclass
class Facts:
    """Everything that the checker looks at; the default of each is a system in which nothing has happened.

    Attributes:
        accepted: the client's own journal: the id and keyword of every order that got its 202.
        orders: the status of each order in the database, by id.
        histories: every status an order or a measurement has had, in order, by name.
        announced: the keywords that the outbox has ever held an event for.
        answers: stored answers by (keyword, question, engine, date, replicate), as one text.
        asks: how often the sandbox was asked each question of each engine; searches: each keyword.
        slots: the scheduler's slots as they were recorded: job, slot, token.
        queues: by name, also those for retries and the dead.
        unpublished: events that wait in the outbox.
        tokens: takings of claims whose token did not grow, described.
        writes: every result that was stored.
        held: claims that somebody holds or waits for.
        long_transactions: open for more than a minute.
        connections: the server's, by the process that opened them ("collector:4711").
        alive: the ids of the stack's live processes.
        orphans: browsers that belong to no living service; zombies: dead processes that nobody has reaped.
        stranger_sees: the ids of others' orders that a stranger's key could read.
    """

    accepted: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    histories: dict[str, list[str]] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    asks: Counter[str] = field(default_factory=Counter)
    searches: Counter[str] = field(default_factory=Counter)
    slots: list[tuple[str, str, int]] = field(default_factory=list)
    queues: dict[str, Queue] = field(default_factory=dict)
    unpublished: int = 0
    tokens: list[str] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    long_transactions: list[str] = field(default_factory=list)
    connections: Counter[str] = field(default_factory=Counter)
    alive: set[int] = field(default_factory=set)
    orphans: list[str] = field(default_factory=list)
    zombies: list[str] = field(default_factory=list)
    stranger_sees: set[str] = field(default_factory=set)


async def gather(system: System) -> Facts:
    """Look everywhere."""
    facts = Facts(accepted={order.id: order.keyword for order in system.accepted})
    await _orders(system, facts)
    await _work(system, facts)
    await _machinery(system, facts)
    _processes(system, facts)
    for row in await system.outside("GET", "/journal"):
        if row["kind"] == "ask":
            facts.asks[f"{row['question']} of {row['engine']}"] += 1
        elif row["kind"] == "search":
            facts.searches[row["question"]] += 1
    for order_id in facts.accepted:
        answer = await system.call("GET", f"/api/orders/{order_id}", key=system.stranger)
        if answer.is_success:
            facts.stranger_sees.add(order_id)
    page = (await system.call("GET", "/api/orders", key=system.stranger)).json()
    facts.stranger_sees |= {order["id"] for order in page["items"]} & facts.accepted.keys()
    return facts


async def _orders(system: System, facts: Facts) -> None:
    facts.orders = {str(row["id"]): row["status"] for row in await system.rows("SELECT id, status FROM orders")}
    for row in await system.rows("SELECT of, after FROM audit_status ORDER BY id"):
        facts.histories.setdefault(row["of"], []).append(row["after"])
    events = await system.rows("SELECT DISTINCT body::jsonb ->> 'keyword' AS keyword FROM outbox")
    facts.announced = {row["keyword"] for row in events}


async def _work(system: System, facts: Facts) -> None:
    rows = await system.rows(
        "SELECT concat_ws(' ', keyword, question_id, engine, answer_date, replicate) AS key, count(*) AS times"
        " FROM ai_answer GROUP BY 1"
    )
    facts.answers = Counter({row["key"]: row["times"] for row in rows})
    rows = await system.rows("SELECT relation, keyword, item, writer, holder FROM audit_write ORDER BY id")
    facts.writes = [
        Write(f"{row['relation']} of {row['keyword']} {row['item']}", row["writer"], row["holder"]) for row in rows
    ]
    rows = await system.rows(
        "SELECT claim_id, before, token FROM audit_taken WHERE before >= token"
        " UNION ALL SELECT claim_id, token, token FROM audit_taken GROUP BY claim_id, token HAVING count(*) > 1"
    )
    facts.tokens = [f"claim {row['claim_id']}: {row['token']} after {row['before']}" for row in rows]
    rows = await system.rows("SELECT stage, keyword, item, status FROM claim WHERE lease_until IS NOT NULL")
    facts.held = [" ".join(row.values()) for row in rows]


async def _machinery(system: System, facts: Facts) -> None:
    listed = await system.broker.queues()
    facts.queues = {name: Queue(*numbers) for name, numbers in listed.items()}
    facts.unpublished = (await system.rows("SELECT count(*) FROM outbox WHERE published_at IS NULL"))[0][0]
    rows = await system.rows("SELECT job, slot, token FROM audit_slot ORDER BY id")
    facts.slots = [(row["job"], row["slot"], row["token"]) for row in rows]
    rows = await system.rows(
        "SELECT application_name AS name, xact_start < clock_timestamp() - interval '1 minute' AS long, query"
        " FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        " AND application_name <> 'checker'"
    )
    facts.connections = Counter(row["name"] for row in rows)
    facts.long_transactions = [f"{row['name']}: {row['query']}" for row in rows if row["long"]]


def _processes(system: System, facts: Facts) -> None:
    services = set(system.pids().values())
    everything = all_processes()
    facts.alive = set(of_stack(system.stack.run_dir)) & everything.keys()
    for pid in facts.alive:
        process = everything[pid]
        if process.is_browser and not services & set(ancestors(everything, pid)):
            facts.orphans.append(f"{process.name} ({pid})")
    for pid, process in everything.items():
        if process.state == "Z" and process.parent in facts.alive:
            facts.zombies.append(f"{process.name} ({pid}), child of {everything[process.parent].name}")


async def at_rest(system: System) -> Facts:
    """The facts once nothing is under way any more, or those of the moment at which waiting for that was given up."""
    deadline = time.monotonic() + REST_SECONDS
    while True:
        facts = await gather(system)
        if not unrest(facts) or time.monotonic() > deadline:
            return facts
        await asyncio.sleep(1)


def unrest(facts: Facts) -> list[str]:
    """What is still under way, in words."""
    found = [f"order {order_id} is {status}" for order_id, status in facts.orders.items() if status in OPEN]
    found += [f"held: {claim}" for claim in facts.held]
    found += [f"{facts.unpublished} events wait in the outbox"] if facts.unpublished else []
    for name, queue in facts.queues.items():
        if not name.endswith(".dead") and (queue.ready or queue.unacked):
            found.append(f"{name}: {queue.ready} ready, {queue.unacked} unacked")
        if not name.endswith(".dead") and ".retry." not in name and not queue.consumers:
            found.append(f"{name}: nobody consumes")
    found += [f"orphan: {name}" for name in facts.orphans] + [f"zombie: {name}" for name in facts.zombies]
    found += [f"connection of a dead process: {name}" for name in foreign_connections(facts)]
    return found


def foreign_connections(facts: Facts) -> list[str]:
    """Connections whose process no longer lives."""
    pids = {name: name.rpartition(":")[2] for name in facts.connections}
    return [name for name, pid in pids.items() if pid.isdigit() and int(pid) not in facts.alive]
