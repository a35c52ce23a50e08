"""What the language model costs: counted by stage, task, keyword and order, and bounded by a budget for each date.

Money is reserved before a request and settled after it, under the lock of the day's row, so that requests side by side
never spend more than is left. What a request will cost is not known before: a token is reckoned for every character of
the prompt, and `reserved_tokens` for the answer. A reservation that is not settled, since its process was killed,
expires; what such a request cost is not counted.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import structlog
from prometheus_client import Gauge

from answerlens_common.contracts.notices import BudgetNearlySpent, BudgetSpent
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notices import tell_admins
from answerlens_common.errors import PutOffError
from answerlens_common.llm.settings import LlmSettings

_MILLION: Final = Decimal(1_000_000)
# how much longer than its request a reservation lasts
_GRACE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 30.0

used = Gauge("answerlens_llm_budget_used_ratio", "Share of the day's budget that is spent, all replicas together")
alert_from = Gauge("answerlens_llm_budget_alert_ratio", "Share of the budget from which to alert; 0 without a budget")

_TODAY = "CAST(clock_timestamp() AT TIME ZONE :zone AS date)"
_LEFT = """
:spent + :amount + COALESCE(
    (SELECT sum(amount) FROM llm_reservation WHERE date = :date AND expires_at > clock_timestamp()), 0
) <= :budget
"""
_COUNT = """
INSERT INTO llm_usage AS known
    (date, stage, task, keyword, order_id, requests, prompt_tokens, completion_tokens, cost)
VALUES (:date, :stage, :task, :keyword, :order, 1, :prompt, :completion, :cost)
ON CONFLICT (date, stage, task, keyword, order_id) DO UPDATE SET
    requests = known.requests + 1,
    prompt_tokens = known.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = known.completion_tokens + excluded.completion_tokens,
    cost = known.cost + excluded.cost
"""


class BudgetSpentError(PutOffError):
    """The day's budget does not allow for another request; tomorrow's, or a raised one, may.

    Attributes:
        task: what was to be asked.
        budget: the day's.
    """

    def __init__(self, task: str, budget: Decimal) -> None:
        super().__init__(f"the language model's budget of {budget:f} for the day is spent ({task})")
        self.task = task
        self.budget = budget


@dataclass(frozen=True)
class _Day:
    """The locked row of a date; `warned` and `stopped` say which notices admins have had."""

    date: dt.date
    spent: Decimal
    warned: bool
    stopped: bool


@dataclass(frozen=True)
class Reservation:
    """Money put aside for one request; `id` is None where there is no budget."""

    task: str
    tokens: int
    id: int | None = None
    date: dt.date | None = None


class Budget:
    """The day's budget, and the ledger."""

    def __init__(self, db: Database, settings: LlmSettings) -> None:
        self._db = db
        self._settings = settings
        self._zone = settings.calendar.timezone

    async def reserve(self, task: str, prompt_characters: int) -> Reservation:
        """Put aside what a request may cost.

        Raises:
            BudgetSpentError: so much is not left of the day's budget.
        """
        budget = self._settings.daily_budget
        if budget is None:
            return Reservation(task, prompt_characters)
        amount = self._cost(prompt_characters, self._settings.reserved_tokens)
        async with self._db.transaction() as tx:
            day = await self._lock_day(tx)
            reserved = await tx.value(
                "INSERT INTO llm_reservation (date, amount, expires_at)"
                " SELECT CAST(:date AS date), CAST(:amount AS numeric),"
                f" clock_timestamp() + make_interval(secs => :seconds) WHERE {_LEFT} RETURNING id",
                date=day.date,
                spent=day.spent,
                amount=amount,
                budget=budget,
                seconds=self._settings.timeout_seconds + _GRACE_SECONDS,
            )
            if reserved is None and day.spent + amount > budget and not day.stopped:
                await tx.execute("UPDATE llm_day SET stopped = true WHERE date = :date", date=day.date)
                await tell_admins(tx, BudgetSpent(spent=day.spent, budget=budget))
        if reserved is None:
            raise BudgetSpentError(task, budget)
        return Reservation(task, prompt_characters, reserved, day.date)

    async def settle(self, reservation: Reservation, prompt_tokens: int, completion_tokens: int) -> None:
        """Count a request that has ended; give back what was put aside for it."""
        bound = structlog.contextvars.get_contextvars()
        cost = self._cost(prompt_tokens, completion_tokens)
        async with self._db.transaction() as tx:
            day = await self._lock_day(tx, reservation.date)
            await tx.execute("DELETE FROM llm_reservation WHERE id = :id", id=reservation.id)
            await tx.execute(
                _COUNT,
                date=day.date,
                stage=str(bound.get("stage", "")),
                task=reservation.task,
                keyword=str(bound.get("keyword", "")),
                order=str(bound.get("order", "")),
                prompt=prompt_tokens,
                completion=completion_tokens,
                cost=cost,
            )
            await tx.execute("UPDATE llm_day SET spent = spent + :cost WHERE date = :date", cost=cost, date=day.date)
            await self._warn(tx, day.date, day.spent + cost, warned=day.warned)

    async def settle_at_most(self, reservation: Reservation) -> None:
        """Count a request whose cost the endpoint does not tell as what was put aside for it."""
        await self.settle(reservation, reservation.tokens, self._settings.reserved_tokens)

    async def watch(self) -> None:
        """Keep the gauges true."""
        while True:
            await self.measure()
            await asyncio.sleep(_LOOK_SECONDS)

    async def measure(self) -> None:
        """Set the gauges."""
        budget = self._settings.daily_budget
        if budget is None:
            return
        spent = await self._db.value(f"SELECT spent FROM llm_day WHERE date = {_TODAY}", zone=self._zone)  # noqa: S608 - a constant
        used.set(float((spent or 0) / budget))
        alert_from.set(self._settings.budget_alert_share)

    def _cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        prices = self._settings
        return (prompt_tokens * prices.prompt_price + completion_tokens * prices.completion_price) / _MILLION

    async def _lock_day(self, tx: Transaction, date: dt.date | None = None) -> _Day:
        (day,) = await tx.rows(
            f"INSERT INTO llm_day (date, budget) VALUES (COALESCE(CAST(:date AS date), {_TODAY}), :budget)"  # noqa: S608 - a constant
            " ON CONFLICT (date) DO UPDATE SET budget = excluded.budget RETURNING date, spent, warned, stopped",
            _Day,
            date=date,
            zone=self._zone,
            budget=self._settings.daily_budget,
        )
        return day

    async def _warn(self, tx: Transaction, date: dt.date, spent: Decimal, *, warned: bool) -> None:
        budget = self._settings.daily_budget
        if budget is None or warned or spent < budget * Decimal(str(self._settings.budget_alert_share)):
            return
        await tx.execute("UPDATE llm_day SET warned = true WHERE date = :date", date=date)
        await tell_admins(tx, BudgetNearlySpent(spent=spent, budget=budget))
