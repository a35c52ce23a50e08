"""What an engine would still be asked of a keyword's day, and what that takes."""

import math

from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_orders.estimates import assumed
from answerlens_orders.estimates.counted import Counted
from answerlens_orders.estimates.views import Basis, EngineEstimate, Money, Tokens
from answerlens_orders.orders.pace import Bank

_UNDER_WAY = (CollectionStatus.COLLECTING, CollectionStatus.PAUSED)
_MINUTE_SECONDS = 60.0


def basis(figure: float | None) -> Basis:
    """Whether a figure was measured."""
    return Basis.ASSUMED if figure is None else Basis.MEASURED


def of_engine(bank: Bank, counted: Counted) -> EngineEstimate:
    """What is left to ask: nothing of a day that has ended, the rest of one under way, else all."""
    planned = bank.questions * counted.replicates
    questions = planned if counted.total is None else counted.total
    status = counted.collection
    left = questions - counted.ended if status is None or status in _UNDER_WAY else 0
    requests = max(0, left)
    tokens = _tokens(counted, requests)
    price = counted.terms.price
    return EngineEstimate(
        engine=counted.name,
        surface=counted.surface,
        collection=status,
        questions=questions,
        requests=requests,
        minutes=round(_seconds(counted, requests) / _MINUTE_SECONDS, 1),
        minutes_basis=basis(counted.seconds),
        tokens=tokens,
        money=Money(amount=round(price.of(requests, tokens.prompt, tokens.completion), 4), currency=price.currency)
        if price and tokens
        else None,
    )


def _seconds(counted: Counted, requests: int) -> float:
    """By the pace or by the places, whichever is slower."""
    if not requests:
        return 0.0
    answer = assumed.ANSWER_SECONDS if counted.seconds is None else counted.seconds
    rounds = math.ceil(requests / counted.terms.places)
    return max((requests - 1) * counted.terms.spacing + answer, rounds * answer)


def _tokens(counted: Counted, requests: int) -> Tokens | None:
    if counted.kind != "api":
        return None
    prompt = assumed.PROMPT_TOKENS if counted.prompt_tokens is None else counted.prompt_tokens
    completion = assumed.COMPLETION_TOKENS if counted.completion_tokens is None else counted.completion_tokens
    return Tokens(
        prompt=round(requests * prompt), completion=round(requests * completion), basis=basis(counted.prompt_tokens)
    )
