"""What our own work would take of the language model: the bank, the scores, the sentiment."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.settings import LlmPriceSettings
from answerlens_common.stage_names import StageName
from answerlens_orders.estimates import assumed
from answerlens_orders.estimates.counted import Counted, Used
from answerlens_orders.estimates.views import Basis, EngineEstimate, Money, StepEstimate, Tokens
from answerlens_orders.orders.pace import Bank

_MILLION = 1_000_000


@dataclass(frozen=True)
class Standards:
    """What was used of late, and what is paid for it."""

    used: Mapping[str, Used]
    minutes: Mapping[str, float]
    prices: LlmPriceSettings


def of_steps(bank: Bank, asked: Sequence[tuple[Counted, EngineEstimate]], standards: Standards) -> list[StepEstimate]:
    """The steps that are left to do; every answer that comes is taken for one that can be scored."""
    steps = []
    if not bank.is_ready and not bank.is_searched:
        steps.append(_step(StageName.SEARCH, 0, standards))
    if not bank.is_ready:
        steps.append(_bank(bank, standards))
    scores = sum(_unscored(counted, estimate) for counted, estimate in asked)
    if scores:
        steps.append(_step(StageName.SCORE, math.ceil(scores / assumed.BATCH), standards))
    judged = sum(_unjudged(counted, estimate) for counted, estimate in asked) * assumed.NAMING_SHARE
    if judged:
        steps.append(_step(StageName.SENTIMENT, math.ceil(judged / assumed.BATCH), standards))
    return steps


def _bank(bank: Bank, standards: Standards) -> StepEstimate:
    """Of one that is being written, the share that is left."""
    known = standards.used.get(StageName.BANK)
    whole = known.requests / known.keyword_days if known else assumed.BANK_REQUESTS
    left = max(0.0, 1 - bank.written / bank.questions) if bank.questions else 1.0
    return _step(StageName.BANK, math.ceil(whole * left), standards, share=left)


def _unscored(counted: Counted, estimate: EngineEstimate) -> int:
    if counted.collection in (CollectionStatus.FAILED, CollectionStatus.SCORED):
        return 0
    return counted.ok - counted.scores + estimate.requests


def _unjudged(counted: Counted, estimate: EngineEstimate) -> int:
    if counted.is_judged or counted.collection is CollectionStatus.FAILED:
        return 0
    return counted.ok + estimate.requests


def _step(step: StageName, requests: int, standards: Standards, share: float = 1.0) -> StepEstimate:
    used = standards.used.get(step)
    a_request = assumed.REQUESTS[step]
    prompt: float = used.prompt_tokens / used.requests if used and used.requests else a_request.prompt_tokens
    completion: float = (
        used.completion_tokens / used.requests if used and used.requests else a_request.completion_tokens
    )
    measured = standards.minutes.get(step)
    minutes = assumed.MINUTES[step] if measured is None else measured
    tokens = Tokens(
        prompt=round(requests * prompt),
        completion=round(requests * completion),
        basis=Basis.MEASURED if used and used.requests else Basis.ASSUMED,
    )
    return StepEstimate(
        step=step,
        requests=requests,
        minutes=round(minutes * share, 1),
        minutes_basis=Basis.ASSUMED if measured is None else Basis.MEASURED,
        tokens=tokens,
        money=_money(tokens, standards.prices),
    )


def _money(tokens: Tokens, prices: LlmPriceSettings) -> Money | None:
    if not prices.prompt_price and not prices.completion_price:
        return None
    paid = tokens.prompt * prices.prompt_price + tokens.completion * prices.completion_price
    return Money(amount=round(float(paid / _MILLION), 4), currency=None)
