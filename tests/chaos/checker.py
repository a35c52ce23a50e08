"""The invariants of architecture.md §10, held against the facts: `violations` says in words what is broken."""

from collections.abc import Collection, Iterator, Mapping

from tests.chaos.facts import Facts, at_rest, foreign_connections, unrest
from tests.chaos.system import POOL_SIZE, RETRY_DELAYS, System

TERMINAL = {"completed", "failed", "cancelled"}
MOST_ASKS = 1 + len(RETRY_DELAYS)
# A process has its pool, and one connection for each channel it listens on.
MOST_CONNECTIONS = POOL_SIZE + 3


async def check(system: System) -> Facts:
    """Wait until the system rests, and fail with every invariant that does not hold; what was found otherwise."""
    facts = await at_rest(system)
    broken = violations(facts, dead=system.dead)
    assert not broken, "\n".join(["the invariants do not hold:", *broken])
    return facts


def violations(facts: Facts, *, dead: Mapping[str, int] | None = None, reopened: Collection[str] = ()) -> list[str]:
    """Every invariant that does not hold, a line each; none is what one hopes for.

    Args:
        facts: of a system at rest.
        dead: the dead letters that are right, by queue.
        reopened: what may have left a terminal state: orders (and measurements: "ID on DATE") that somebody replayed.
    """
    return [
        *_one_terminal_state(facts, reopened),
        *_nothing_lost(facts),
        *_not_over_asked(facts),
        *_slots_once(facts),
        *_accounted_for(facts, dead or {}),
        *_no_stale_write(facts),
        *_at_rest(facts),
        *_private(facts),
    ]


def _one_terminal_state(facts: Facts, reopened: Collection[str]) -> Iterator[str]:
    for order_id in facts.accepted:
        status = facts.orders.get(order_id, "gone")
        if status not in TERMINAL:
            yield f"I1: order {order_id} ended nowhere: it is {status}"
    for name, statuses in facts.histories.items():
        left = [status for status in statuses[:-1] if status in TERMINAL]
        if left and name not in reopened:
            yield f"I1: {name} left a terminal state: {' → '.join(statuses)}"


def _nothing_lost(facts: Facts) -> Iterator[str]:
    for order_id, keyword in facts.accepted.items():
        if order_id not in facts.orders:
            yield f"I2: order {order_id} was accepted and is not in the database"
        elif keyword not in facts.announced:
            yield f"I2: order {order_id} was accepted and no event about {keyword} was ever written"


def _not_over_asked(facts: Facts) -> Iterator[str]:
    for key, times in facts.answers.items():
        if times > 1:
            yield f"I3: {times} answers are stored for {key}"
    for what, times in (facts.asks + facts.searches).items():
        if times > MOST_ASKS:
            yield f"I3: {what} was asked {times} times"


def _slots_once(facts: Facts) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    newest: dict[str, int] = {}
    for job, slot, token in facts.slots:
        if (job, slot) in seen:
            yield f"I4: slot {slot} of {job} fired twice"
        if token < newest.get(job, token):
            yield f"I4: slot {slot} of {job} was fired by a leader that no longer led (token {token})"
        seen.add((job, slot))
        newest[job] = max(token, newest.get(job, token))


def _accounted_for(facts: Facts, dead: Mapping[str, int]) -> Iterator[str]:
    for name, queue in facts.queues.items():
        expected = dead.get(name, 0)
        if name.endswith(".dead") and queue.ready != expected:
            yield f"I5: {queue.ready} dead letters in {name}, not {expected}"
    for name in dead.keys() - facts.queues.keys():
        yield f"I5: {name} is gone, with its dead letters"


def _no_stale_write(facts: Facts) -> Iterator[str]:
    yield from (f"I6: a token did not grow: {taken}" for taken in facts.tokens)
    for write in facts.writes:
        if write.writer != write.holder:
            yield f"I6: {write.what} was written by {write.writer} under the claim of {write.holder or 'nobody'}"


def _at_rest(facts: Facts) -> Iterator[str]:
    yield from (f"I7: {what}" for what in unrest(facts))
    yield from (f"I7: a transaction is open for more than a minute: {what}" for what in facts.long_transactions)
    foreign = foreign_connections(facts)
    for name, number in facts.connections.items():
        if number > MOST_CONNECTIONS and name.rpartition(":")[2].isdigit() and name not in foreign:
            yield f"I7: {name} has {number} connections"


def _private(facts: Facts) -> Iterator[str]:
    yield from (f"I9: a stranger can read order {order_id}" for order_id in sorted(facts.stranger_sees))
