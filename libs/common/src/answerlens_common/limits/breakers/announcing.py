"""A breaker's transitions, told: to admins, in the log, and to Prometheus."""

from typing import Final

from answerlens_common.db.breaker import NAME as DATABASE
from answerlens_common.db.database import Transaction
from answerlens_common.observing import metrics
from answerlens_common.observing.logs import get_logger
from answerlens_common.wording import Worded


class Transition(Worded):
    """What can happen to a breaker."""

    OPENED = "opened", "熔断器打开。", "So many failures in a row that nothing more is asked for a while."
    REOPENED = "reopened", "试探失败，继续打开。", "The probe has failed too."
    CLOSED = "closed", "已恢复。", "The probe went through."


SEVERITY: Final = {Transition.OPENED: "high", Transition.REOPENED: "medium", Transition.CLOSED: "medium"}
_TEXT: Final = {
    Transition.OPENED: "熔断器 {name} 已打开：连续失败，相关工作暂缓，不消耗重试次数",
    Transition.REOPENED: "熔断器 {name} 试探失败，继续打开",
    Transition.CLOSED: "熔断器 {name} 已恢复",
}
_STATE_AFTER: Final = {Transition.OPENED: "open", Transition.REOPENED: "open", Transition.CLOSED: "closed"}
_INSERT = """
INSERT INTO notification (user_id, severity, message)
SELECT id, :severity, :message FROM users WHERE role = 'admin' AND NOT revoked
"""


def show(name: str, state: str) -> None:
    """Set the gauge."""
    metrics.breaker_state.labels(name).set(metrics.BREAKER_STATES[state])


def announce(transition: Transition, name: str) -> None:
    """Log and count a transition; who brought it about does that, once."""
    metrics.breaker_transitions.labels(name, transition.value).inc()
    show(name, _STATE_AFTER[transition])
    get_logger().warning(f"breaker {transition}", breaker=name, severity=SEVERITY[transition])


async def tell(tx: Transaction, transition: Transition, name: str) -> None:
    """Leave a notification for every admin."""
    await tx.execute(_INSERT, severity=SEVERITY[transition], message=_TEXT[transition].format(name=name))


async def tell_of_database(tx: Transaction) -> None:
    """The same once the database is back, which every process notices: whoever is first tells."""
    message = _TEXT[Transition.CLOSED].format(name=DATABASE)
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(:message, 0))", message=message)
    # what was told a minute ago is among the newest
    await tx.execute(
        f"{_INSERT} AND NOT EXISTS (SELECT FROM notification WHERE message = :message"  # noqa: S608 - a constant
        " AND id > (SELECT max(id) FROM notification) - 1000 AND created_at > clock_timestamp() - interval '1 min')",
        severity=SEVERITY[Transition.CLOSED],
        message=message,
    )
