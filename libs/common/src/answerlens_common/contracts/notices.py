"""What users are told: a kind of notice and what only this one knows. The part that shows a notice makes the words.

Fields are added and never changed: notices are kept, and old ones are read for as long as they are.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from answerlens_common.contracts.statuses import Severity
from answerlens_common.failures import Failure
from answerlens_common.wording import Worded


class NoticeKind(Worded):
    """What a notice is about."""

    MEASUREMENT_COMPLETED = "measurement_completed", "测量完成。", "The first measurement of an order has rates."
    MEASUREMENT_FAILED = "measurement_failed", "测量失败。", "A measurement has ended without rates."
    MEASUREMENT_WITHDRAWN = "measurement_withdrawn", "测量已撤回。", "An admin has withdrawn a measurement."
    BREAKER_CHANGED = "breaker_changed", "熔断器状态变化。", "A circuit breaker has opened, or has closed again."
    BUDGET_NEARLY_SPENT = (
        "budget_nearly_spent",
        "预算将尽。",
        "Much of the day's budget for the model is spent.",
    )
    BUDGET_SPENT = (
        "budget_spent",
        "预算用尽。",
        "Too little of the day's budget for the model is left for a request.",
    )


class Transition(Worded):
    """What can happen to a circuit breaker."""

    OPENED = "opened", "熔断器打开。", "So many failures in a row that nothing more is asked for a while."
    REOPENED = "reopened", "试探失败，继续打开。", "The probe has failed too."
    CLOSED = "closed", "已恢复。", "The probe went through."


class _Notice(BaseModel):
    model_config = ConfigDict(frozen=True)


class EngineFailure(_Notice):
    """An engine of a measurement that has no rates, and why."""

    engine: str
    code: Failure


class _OfMeasurement(_Notice):
    """The measurement of a date, of an order of this brand on this keyword."""

    brand: str
    keyword: str
    date: dt.date


class MeasurementCompleted(_OfMeasurement):
    """The first measurement of an order has ended with rates; `failures` are the engines without any."""

    kind: Literal[NoticeKind.MEASUREMENT_COMPLETED] = NoticeKind.MEASUREMENT_COMPLETED
    failures: tuple[EngineFailure, ...] = ()


class MeasurementFailed(_OfMeasurement):
    """A measurement has ended, and no engine has rates."""

    kind: Literal[NoticeKind.MEASUREMENT_FAILED] = NoticeKind.MEASUREMENT_FAILED
    failures: tuple[EngineFailure, ...] = ()


class MeasurementWithdrawn(_OfMeasurement):
    """An admin has withdrawn a measurement, for this reason, which is in the admin's words."""

    kind: Literal[NoticeKind.MEASUREMENT_WITHDRAWN] = NoticeKind.MEASUREMENT_WITHDRAWN
    reason: str


class BreakerChanged(_Notice):
    """Something has happened to the circuit breaker of this name."""

    kind: Literal[NoticeKind.BREAKER_CHANGED] = NoticeKind.BREAKER_CHANGED
    breaker: str
    transition: Transition


class BudgetNearlySpent(_Notice):
    """So much of the day's budget for the language model is spent that an admin should know; in its currency."""

    kind: Literal[NoticeKind.BUDGET_NEARLY_SPENT] = NoticeKind.BUDGET_NEARLY_SPENT
    spent: Decimal
    budget: Decimal


class BudgetSpent(_Notice):
    """What is left of the day's budget is too little for another request: the rest waits for tomorrow."""

    kind: Literal[NoticeKind.BUDGET_SPENT] = NoticeKind.BUDGET_SPENT
    spent: Decimal
    budget: Decimal


Notice = (
    MeasurementCompleted | MeasurementFailed | MeasurementWithdrawn | BreakerChanged | BudgetNearlySpent | BudgetSpent
)
SEVERITIES: Final = {
    NoticeKind.MEASUREMENT_COMPLETED: Severity.INFO,
    NoticeKind.MEASUREMENT_FAILED: Severity.WARNING,
    NoticeKind.MEASUREMENT_WITHDRAWN: Severity.WARNING,
    NoticeKind.BUDGET_NEARLY_SPENT: Severity.WARNING,
    NoticeKind.BUDGET_SPENT: Severity.WARNING,
}
BREAKER_SEVERITIES: Final = {
    Transition.OPENED: Severity.HIGH,
    Transition.REOPENED: Severity.MEDIUM,
    Transition.CLOSED: Severity.MEDIUM,
}
_READER: Final[TypeAdapter[Notice]] = TypeAdapter(Annotated[Notice, Field(discriminator="kind")])


def severity_of(notice: Notice) -> Severity:
    """How much a notice matters to whom it is told."""
    return BREAKER_SEVERITIES[notice.transition] if isinstance(notice, BreakerChanged) else SEVERITIES[notice.kind]


def parameters_of(notice: Notice) -> str:
    """What a notice says beside its kind, as JSON: the form in which it is kept."""
    return notice.model_dump_json(exclude={"kind"})


def read_notice(kind: str, parameters: dict[str, object]) -> Notice:
    """A notice that was kept.

    Raises:
        ValidationError: it is not a notice of this version.
    """
    return _READER.validate_python({**parameters, "kind": kind})
