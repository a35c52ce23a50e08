"""What is true of a system at one moment, read from everywhere it leaves traces."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import asyncpg

from answerlens_cli.stack.processes import of_stack
from answerlens_common.broker.topology import is_heard
from tests.chaos.fates import Failure, Letter, consumed, dead_letters, work
from tests.chaos.private import PrivateFacts, find_leaks, gather_private, private_unrest
from tests.chaos.processes import all_processes, ancestors
from tests.chaos.system import HasRows, System

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
    """A result that was stored: the process that wrote it, and the one that last took the claim it was written under.

    There is no such claim when the writing transaction has compared no token.
    """

    what: str
    writer: str
    holder: str | None


class Slot(NamedTuple):
    """A slot of the scheduler's as it was recorded, by whom, and whose token was the leader's at that moment."""

    job: str
    slot: str
    status: str
    token: int
    leading: int


class Renewal(NamedTuple):
    """A moment (Unix time) at which a leader's lease was taken or renewed."""

    token: int
    at: float


@dataclass
class Facts:
    """Everything that the checker looks at; the default of each is a system in which nothing has happened.

    Attributes:
        accepted: the client's own journal: the id and keyword of every order that got its 202.
        orders: the status of each order in the database, by id.
        histories: every status an order or a measurement has had, in order, by name.
        steps: every (table, status before, status after) that some row went through.
        announced: the keywords that the outbox has ever held an event for.
        resumed: days that the stalled check entered again, or gave up.
        answers: stored answers by (keyword, question, engine, date, replicate), as one text.
        asks: how often the sandbox was asked each question of each engine; searches: each keyword.
        slots: in the order in which they were recorded; renewals: of the leaders' leases, in order.
        queues: by name, also those for retries and the dead.
        unpublished: events that wait in the outbox; published: the routing keys of those that were, by message id.
        consumed: the ids of messages that somebody said were dealt with.
        letters: the dead ones.
        failures: all there ever were; untold: those that stand, somebody waits for, and only a dead letter can tell of.
        unfinished: claims that nobody holds, on work that is neither done nor failed.
        unjudged: runs with answers whose sentiment is neither known nor failed.
        tokens: takings of claims whose token did not grow, described.
        writes: every result that was stored.
        held: claims that somebody holds or waits for.
        long_transactions: open for more than a minute.
        connections: the server's, by the process that opened them ("collector:4711").
        alive: the ids of the stack's live processes.
        orphans: browsers that belong to no living service; zombies: dead processes that nobody has reaped.
        stranger_sees: the ids of others' orders that a stranger's key could read.
        private: what is known of clients' own questions.
    """

    accepted: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    histories: dict[str, list[str]] = field(default_factory=dict)
    steps: set[tuple[str, str, str]] = field(default_factory=set)
    announced: set[str] = field(default_factory=set)
    resumed: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    asks: Counter[str] = field(default_factory=Counter)
    searches: Counter[str] = field(default_factory=Counter)
    slots: list[Slot] = field(default_factory=list)
    renewals: list[Renewal] = field(default_factory=list)
    queues: dict[str, Queue] = field(default_factory=dict)
    unpublished: int = 0
    published: dict[str, str] = field(default_factory=dict)
    consumed: set[str] = field(default_factory=set)
    letters: list[Letter] = field(default_factory=list)
    failures: set[Failure] = field(default_factory=set)
    untold: set[Failure] = field(default_factory=set)
    unfinished: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    long_transactions: list[str] = field(default_factory=list)
    connections: Counter[str] = field(default_factory=Counter)
    alive: set[int] = field(default_factory=set)
    orphans: list[str] = field(default_factory=list)
    zombies: list[str] = field(default_factory=list)
    stranger_sees: set[str] = field(default_factory=set)
    private: PrivateFacts = field(default_factory=PrivateFacts)


async def gather(system: System) -> Facts:
    """Look everywhere."""
    facts = Facts(accepted={order.id: order.keyword for order in system.accepted})
    for read in OF_ROWS:
        await read(system, facts)
    await _machinery(system, facts)
    _processes(system, facts)
    facts.private = await gather_private(system)
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


async def _orders(system: HasRows, facts: Facts) -> None:
    facts.orders = {str(row["id"]): row["status"] for row in await system.rows("SELECT id, status FROM orders")}
    for row in await system.rows("SELECT of, after FROM audit_status ORDER BY id"):
        facts.histories.setdefault(row["of"], []).append(row["after"])
    rows = await system.rows("SELECT DISTINCT relation, before, after FROM audit_step")
    facts.steps = {(row["relation"], row["before"], row["after"]) for row in rows}
    events = await system.rows("SELECT DISTINCT body::jsonb ->> 'keyword' AS keyword FROM outbox")
    facts.announced = {row["keyword"] for row in events}
    rows = await system.rows("SELECT keyword, date, status FROM task_log WHERE task_type = 'resume' ORDER BY id")
    facts.resumed = [f"{row['keyword']} on {row['date']} ({row['status']})" for row in rows]


async def _work(system: HasRows, facts: Facts) -> None:
    rows = await system.rows(
        "SELECT concat_ws(' ', collection_id, number, replicate) AS key, count(*) AS times FROM ai_answer GROUP BY 1"
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
    rows = await system.rows("SELECT stage, scope, item, status FROM claim WHERE lease_until IS NOT NULL")
    facts.held = [" ".join(row.values()) for row in rows]


async def _ends(system: HasRows, facts: Facts) -> None:
    rows = await system.rows("SELECT DISTINCT stage, scope, item, message FROM audit_failed")
    facts.failures = {_failure(row) for row in rows}
    # where an answer that failed, or an older bank, was the way on, there is no dead letter
    rows = await system.rows(
        "SELECT stage, scope, item, holder AS message FROM claim WHERE status = 'failed'"
        " AND (EXISTS (SELECT FROM measurement m"
        "  WHERE m.keyword = claim.keyword AND m.date = claim.date AND m.status <> 'cancelled')"
        " OR EXISTS (SELECT FROM collection c JOIN diagnosis d ON d.id = c.owner_id"
        "  WHERE 'collection:' || c.id = claim.scope AND d.status <> 'cancelled'))"
        " AND NOT EXISTS (SELECT FROM ai_answer a WHERE claim.stage = 'ask'"
        "  AND 'collection:' || a.collection_id = claim.scope AND a.number || '#' || a.replicate = claim.item)"
        " AND NOT EXISTS (SELECT FROM keyword_day d WHERE claim.stage IN ('search', 'bank')"
        "  AND d.keyword = claim.keyword AND d.date = claim.date AND d.bank_stale)"
    )
    facts.untold = {_failure(row) for row in rows}
    rows = await system.rows(
        "SELECT stage, scope, item, status FROM claim WHERE status NOT IN ('done', 'failed') AND lease_until IS NULL"
    )
    facts.unfinished = [" ".join(row.values()) for row in rows]
    rows = await system.rows(
        "SELECT DISTINCT m.keyword, outcome.date, outcome.engine FROM measurement_outcome outcome"
        " JOIN measurement m USING (order_id, date) LEFT JOIN claim ON claim.stage = 'sentiment'"
        " AND claim.keyword = m.keyword AND claim.date = outcome.date AND claim.engine = outcome.engine"
        " WHERE NOT outcome.judged AND claim.status IS DISTINCT FROM 'failed'"
    )
    facts.unjudged = [f"{row['keyword']} on {row['date']} of {row['engine']}" for row in rows]


OF_ROWS = (_orders, _work, _ends)


def _failure(row: asyncpg.Record) -> Failure:
    return Failure(work(row["stage"], row["scope"], row["item"]), row["message"])


async def _machinery(system: System, facts: Facts) -> None:
    listed = await system.broker.queues()
    facts.queues = {name: Queue(*numbers) for name, numbers in listed.items()}
    rows = await system.rows("SELECT message_id, routing_key, published_at FROM outbox ORDER BY id")
    facts.published = {str(row["message_id"]): row["routing_key"] for row in rows if row["published_at"] is not None}
    facts.unpublished = len(rows) - len(facts.published)
    rows = await system.rows("SELECT job, slot, status, token, leader_token FROM audit_slot ORDER BY id")
    facts.slots = [Slot(*row.values()) for row in rows]
    rows = await system.rows("SELECT token, EXTRACT(EPOCH FROM at)::float AS at FROM audit_lead ORDER BY at")
    facts.renewals = [Renewal(*row.values()) for row in rows]
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
        late = time.monotonic() > deadline
        if late or not unrest(facts):
            await _fates(system, facts)
            if late or not unaccounted(facts):
                return facts
        await asyncio.sleep(1)


async def _fates(system: System, facts: Facts) -> None:
    dead = [name for name in facts.queues if name.endswith(".dead")]
    facts.letters = await dead_letters(system.details.rabbitmq_url, dead)
    # what was read is so; the broker's own figures are some seconds old
    numbers = Counter(letter.queue for letter in facts.letters)
    facts.queues |= {name: Queue(numbers[name], 0, 0) for name in dead}
    facts.private.leaks = await find_leaks(system)
    facts.consumed = await asyncio.to_thread(consumed, system.stack.run_dir / "logs")


def unaccounted(facts: Facts) -> list[str]:
    """Events that were published, and that are neither consumed nor dead; at rest no queue holds them either."""
    known = facts.consumed | {letter.failure.message for letter in facts.letters}
    return [f"{key} {message}" for message, key in facts.published.items() if message not in known and is_heard(key)]


def unrest(facts: Facts) -> list[str]:
    """What is still under way, in words."""
    found = [f"order {order_id} is {status}" for order_id, status in facts.orders.items() if status in OPEN]
    days = {name: statuses[-1] for name, statuses in facts.histories.items() if name not in facts.orders}
    found += [f"measurement {name} is {status}" for name, status in days.items() if status in OPEN]
    found += [f"held: {claim}" for claim in facts.held] + [f"unfinished: {claim}" for claim in facts.unfinished]
    found += [f"unjudged: {run}" for run in facts.unjudged] + private_unrest(facts.private)
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
