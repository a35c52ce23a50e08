"""The invariants of architecture.md §10, held against the facts: `violations` says in words what is broken.

What is not seen: only the outbox lists its messages. One that a stage sends to another shows when it is lost by the
work that stands still without it, and not at all when another message asks for the same. `tests/chaos/audit.py` says
which stale writes escape it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby

from answerlens_common.contracts.statuses import FOLLOWING
from tests.chaos.audit import MACHINES
from tests.chaos.facts import Facts, Renewal, at_rest, foreign_connections, unaccounted, unrest
from tests.chaos.private import private_violations
from tests.chaos.system import CHECK_SECONDS, POOL_SIZE, RETRY_DELAYS, System

TERMINAL = {"completed", "failed", "cancelled"}
MOST_ASKS = 1 + len(RETRY_DELAYS)
# A process has its pool, and one connection for each channel it listens on.
MOST_CONNECTIONS = POOL_SIZE + 3
# The jobs that fire every so many seconds.
EVERY = {"stalled": CHECK_SECONDS}
# A leader renews its lease every 3 s; one that is silent for longer is dead, stopped or cut off, and owes no slot.
SILENT_SECONDS = 5.0
# Whoever leads tries every 3 s. A try may fail with its connection, and its slot is missed; not one after the other.
MOST_MISSED = 2
# Fired by whoever an admin's word comes to, who need not lead.
ANYBODYS = {"manual-refresh"}


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
        dead: how many dead letters are right, by queue; None: as many as there are failures to tell of.
        reopened: what may have left a terminal state: orders (and measurements: "ID on DATE") that somebody replayed.
    """
    return [
        *_one_terminal_state(facts, reopened),
        *_only_steps_that_may_be(facts),
        *_nothing_lost(facts),
        *_not_over_asked(facts),
        *_slots_once(facts),
        *_no_slot_left_out(facts),
        *_accounted_for(facts, dead),
        *_work_ended(facts),
        *_no_stale_write(facts),
        *_at_rest(facts),
        *_private(facts),
        *private_violations(facts.private),
    ]


def _only_steps_that_may_be(facts: Facts) -> Iterator[str]:
    for table, before, after in sorted(facts.steps):
        status = MACHINES[table]
        if status(after) not in FOLLOWING[status][status(before)]:
            yield f"I1: a row of {table} went from {before} to {after}, which contracts.statuses does not know"


def _one_terminal_state(facts: Facts, reopened: Collection[str]) -> Iterator[str]:
    for order_id in facts.accepted:
        status = facts.orders.get(order_id, "gone")
        if status not in TERMINAL:
            yield f"I1: order {order_id} ended nowhere: it is {status}"
    for name, statuses in facts.histories.items():
        left = [status for status in statuses[:-1] if status in TERMINAL]
        if left and name not in reopened:
            yield f"I1: {name} left a terminal state: {' → '.join(statuses)}"
        if name not in facts.accepted and statuses[-1] not in TERMINAL:
            yield f"I1: {name} ended nowhere: it is {statuses[-1]}"
    yield from (f"I1: lost, and found again only by the stalled check: {day}" for day in facts.resumed)


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
    for job, slot, _, token, leading in facts.slots:
        if (job, slot) in seen:
            yield f"I4: slot {slot} of {job} fired twice"
        if token < newest.get(job, token) or (token != leading and job not in ANYBODYS):
            yield f"I4: slot {slot} of {job} was fired by a leader that no longer led (token {token})"
        seen.add((job, slot))
        newest[job] = max(token, newest.get(job, token))


def _no_slot_left_out(facts: Facts) -> Iterator[str]:
    """Each slot is recorded, if only as missed; and somebody who led all the time has fired it."""
    for job, seconds in EVERY.items():
        statuses = {_moment(slot.slot): slot.status for slot in facts.slots if slot.job == job}
        if statuses:
            between = range(min(statuses), max(statuses), seconds)
            yield from (f"I4: slot {_utc(at)} of {job} was left out" for at in between if at not in statuses)
        for token, since, until in _reigns(facts.renewals):
            first = -(-since // seconds) * seconds
            whole = range(int(first), int(until) - seconds + 1, seconds)
            for fired, slots in groupby(whole, key=lambda at: statuses.get(at) == "fired"):
                unfired = list(slots)
                if not fired and len(unfired) > MOST_MISSED:
                    yield (
                        f"I4: {len(unfired)} slots of {job} from {_utc(unfired[0])} on were not fired"
                        f" though leader {token} was there all the time"
                    )


def _reigns(renewals: Iterable[Renewal]) -> Iterator[tuple[int, float, float]]:
    """Who led, from when until when, without being silent for long."""
    reign: tuple[int, float, float] | None = None
    for token, at in renewals:
        if reign is not None and token == reign[0] and at - reign[2] <= SILENT_SECONDS:
            reign = (token, reign[1], at)
            continue
        if reign is not None:
            yield reign
        reign = (token, at, at)
    if reign is not None:
        yield reign


def _moment(slot: str) -> int:
    return int(dt.datetime.fromisoformat(slot).timestamp())


def _utc(moment: int) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _accounted_for(facts: Facts, dead: Mapping[str, int] | None) -> Iterator[str]:
    yield from (f"I5: published, and neither consumed nor dead: {event}" for event in unaccounted(facts))
    told = {letter.failure for letter in facts.letters}
    for name, failure in facts.letters:
        if failure not in facts.failures:
            yield f"I5: a dead letter in {name} without a failure: {failure.work} by {failure.message}"
    for failure in sorted(facts.untold - told):
        yield f"I5: a failure without a dead letter: {failure.work} by {failure.message}"
    if dead is None:
        return
    for name, queue in facts.queues.items():
        expected = dead.get(name, 0)
        if name.endswith(".dead") and queue.ready != expected:
            yield f"I5: {queue.ready} dead letters in {name}, not {expected}"
    for name in dead.keys() - facts.queues.keys():
        yield f"I5: {name} is gone, with its dead letters"


def _work_ended(facts: Facts) -> Iterator[str]:
    """The messages that stages send one another have no list; lost, they leave work that nobody goes on with."""
    yield from (f"I5: no message is left to go on with: {claim}" for claim in facts.unfinished)
    yield from (f"I5: nobody will judge the answers for {run}" for run in facts.unjudged)


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
