"""What an order would take if it were placed now: questions, minutes, requests, tokens, money. Nothing is spent."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.errors import RefusedError
from answerlens_common.settings import LlmPriceSettings
from answerlens_common.stage_names import StageName
from answerlens_common.wording import Wording
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.brands.contradictions import contradictions_of
from answerlens_orders.estimates import counted
from answerlens_orders.estimates.engines import of_engine
from answerlens_orders.estimates.steps import Standards, of_steps
from answerlens_orders.estimates.views import Basis, EngineEstimate, Estimate, Money, StepEstimate, Total
from answerlens_orders.orders import engines, pace
from answerlens_orders.orders.form import OrderForm
from answerlens_orders.orders.pace import Bank
from answerlens_orders.settings import OrdersSettings

_NO_BANK = Wording(
    "问题库还没有，按设定的大小估计。", "There is no bank yet: as many questions as the settings say are assumed."
)
_SENTIMENT = Wording("假设一半的答案提到该品牌。", "Half of the answers are assumed to name the brand.")
_FAILED = Wording(
    "今天已失败，管理员重试前不会再提问。", "has failed today: it is asked nothing until an admin retries it."
)


async def estimate(
    db: Database, settings: OrdersSettings, prices: LlmPriceSettings, heavy: HeavyWork, user_id: UUID, form: OrderForm
) -> Estimate:
    """What the order would take: what is measured today costs nothing, what joins work under way what is left of it.

    Raises:
        RefusedError: contradicting names, engines that cannot be ordered or whose pace cannot finish the bank in a day.
        LimitReachedError: see `HeavyWork.run`.
        BusyError: see `HeavyWork.run`.
    """
    today = dt.datetime.now(settings.calendar.zone).date()
    contradicting = await contradictions_of(heavy, user_id, form.brand, form.competitors)
    async with db.transaction() as tx:
        known = await engines.enabled(tx)
        errors = contradicting + engines.faults(form, known)
        if not errors:
            wanted = form.engines or known
            bank = await pace.bank_of(tx, settings, form.keyword, today)
            found = await counted.engines(tx, form.keyword, today, form.brand.name, wanted)
            errors = pace.too_slow(bank, [one.paced for one in found])
        if errors:
            detail = "the order cannot be carried out as it is"
            raise RefusedError(detail, *errors)
        standards = Standards(await counted.used(tx, today), await counted.minutes(tx), prices)
    asked = [(one, of_engine(bank, one)) for one in found]
    steps = of_steps(bank, asked, standards)
    of_engines = [each for _, each in asked]
    return Estimate(
        keyword=form.keyword,
        date=today,
        questions=bank.questions,
        questions_basis=Basis.MEASURED if bank.is_ready else Basis.ASSUMED,
        engines=of_engines,
        steps=steps,
        total=_total(of_engines, steps),
        notes=_notes(bank, of_engines, steps),
    )


def _total(asked: Sequence[EngineEstimate], steps: Sequence[StepEstimate]) -> Total:
    parts: list[EngineEstimate | StepEstimate] = [*asked, *steps]
    sums: dict[str | None, float] = defaultdict(float)
    for part in parts:
        if part.money is not None:
            sums[part.money.currency] += part.money.amount
    unpriced = [one.engine for one in asked if one.tokens and one.requests and one.money is None]
    if any(step.requests and step.money is None for step in steps):
        unpriced.append("language model")
    tokens = [part.tokens for part in parts if part.tokens is not None]
    return Total(
        requests_to_engines=sum(one.requests for one in asked),
        requests_to_language_model=sum(step.requests for step in steps),
        minutes=round(max((one.minutes for one in asked), default=0.0) + sum(step.minutes for step in steps), 1),
        prompt_tokens=sum(one.prompt for one in tokens),
        completion_tokens=sum(one.completion for one in tokens),
        money=[Money(amount=round(amount, 4), currency=currency) for currency, amount in sums.items()],
        unpriced=unpriced,
    )


def _notes(bank: Bank, asked: Sequence[EngineEstimate], steps: Sequence[StepEstimate]) -> list[str]:
    notes = [] if bank.is_ready else [_NO_BANK.both]
    if any(step.step is StageName.SENTIMENT for step in steps):
        notes.append(_SENTIMENT.both)
    failed = [one.engine for one in asked if one.collection is CollectionStatus.FAILED]
    return notes + [f"{engine}：{_FAILED.chinese} {engine} {_FAILED.english}" for engine in failed]
