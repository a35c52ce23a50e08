"""A breaker's transitions, told: to admins, as an event, in the log, and to Prometheus."""

from typing import Final

from answerlens_common import events
from answerlens_common.contracts.notices import BREAKER_SEVERITIES, BreakerChanged, Transition
from answerlens_common.db.breaker import NAME as DATABASE
from answerlens_common.db.database import Transaction
from answerlens_common.db.notices import tell_admins, was_told_lately
from answerlens_common.db.outbox import enqueue
from answerlens_common.observing import metrics
from answerlens_common.observing.logs import get_logger

_STATE_AFTER: Final = {Transition.OPENED: "open", Transition.REOPENED: "open", Transition.CLOSED: "closed"}


def show(name: str, state: str) -> None:
    """Set the gauge."""
    metrics.breaker_state.labels(name).set(metrics.BREAKER_STATES[state])


def announce(transition: Transition, name: str) -> None:
    """Log and count a transition; the process that brought it about does that, once."""
    metrics.breaker_transitions.labels(name, transition.value).inc()
    show(name, _STATE_AFTER[transition])
    get_logger().warning(f"breaker {transition}", breaker=name, severity=BREAKER_SEVERITIES[transition].value)


async def tell(tx: Transaction, transition: Transition, name: str) -> None:
    """Leave a notice for every admin, and publish the fact."""
    await tell_admins(tx, BreakerChanged(breaker=name, transition=transition))
    await enqueue(tx, [events.BreakerChanged(breaker=name, transition=transition)])


async def tell_of_database(tx: Transaction) -> None:
    """The same once the database is back, which every process notices: the first one tells."""
    notice = BreakerChanged(breaker=DATABASE, transition=Transition.CLOSED)
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))", name=f"breaker {DATABASE} closed")
    if not await was_told_lately(tx, notice):
        await tell_admins(tx, notice)
        await enqueue(tx, [events.BreakerChanged(breaker=DATABASE, transition=Transition.CLOSED)])
