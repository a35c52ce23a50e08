"""A breaker's transitions, told: to admins, in the log, and to Prometheus."""

from enum import StrEnum
from typing import Final

from prometheus_client import Counter, Gauge

from answerlens_common.db.database import Transaction
from answerlens_common.logs import get_logger


class Transition(StrEnum):
    """What can happen to a breaker."""

    OPENED = "opened"
    REOPENED = "reopened"
    CLOSED = "closed"


STATES: Final = {"closed": 0, "half-open": 1, "open": 2}
SEVERITY: Final = {Transition.OPENED: "high", Transition.REOPENED: "medium", Transition.CLOSED: "medium"}
_TEXT: Final = {
    Transition.OPENED: "熔断器 {name} 已打开：连续失败，相关工作暂缓，不消耗重试次数",
    Transition.REOPENED: "熔断器 {name} 试探失败，继续打开",
    Transition.CLOSED: "熔断器 {name} 已恢复",
}
_STATE_AFTER: Final = {Transition.OPENED: "open", Transition.REOPENED: "open", Transition.CLOSED: "closed"}

state_gauge = Gauge("answerlens_breaker_state", "0 closed, 1 half-open, 2 open", ["name"])
transitions = Counter(
    "answerlens_breaker_transitions_total", "Breakers opened, reopened by a failed probe, closed", ["name", "to"]
)


def show(name: str, state: str) -> None:
    """Set the gauge."""
    state_gauge.labels(name).set(STATES[state])


def announce(transition: Transition, name: str) -> None:
    """Log and count a transition; who brought it about does that, once."""
    transitions.labels(name, transition.value).inc()
    show(name, _STATE_AFTER[transition])
    get_logger().warning(f"breaker {transition}", breaker=name, severity=SEVERITY[transition])


async def tell(tx: Transaction, transition: Transition, name: str) -> None:
    """Leave a notification for every admin."""
    await tx.execute(
        "INSERT INTO notification (user_id, severity, message)"
        " SELECT id, :severity, :message FROM users WHERE role = 'admin' AND NOT revoked",
        severity=SEVERITY[transition],
        message=_TEXT[transition].format(name=name),
    )
