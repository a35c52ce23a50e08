"""The answer in a provider's replies."""

from collections.abc import Sequence
from typing import Any

from answerlens_collection.answers.answer import Answer, storable
from answerlens_collector.engines.api.expressions import ShapeError, find, find_number, find_text, find_texts
from answerlens_collector.engines.api.failures import ProviderError, UnreadableReplyError, broken_off
from answerlens_collector.engines.api.outcomes import Outcome
from answerlens_collector.engines.api.profile import ApiProfile
from answerlens_collector.engines.api.sources import cite
from answerlens_common.contracts.statuses import AnswerStatus

TOKENS_OF_A_PRICE = 1_000_000


def finish_reason(profile: ApiProfile, document: dict[str, Any]) -> str:
    """Why a reply ended.

    Raises:
        BrokenStreamError: it does not say so: it has not ended.
        UnreadableReplyError: something else than a word stands there.
    """
    try:
        reason = find_text(profile.finish.reason, document)
    except ShapeError as error:
        raise UnreadableReplyError(profile.name, str(error)) from None
    if not reason:
        raise broken_off(profile.name)
    return reason


def read(profile: ApiProfile, documents: Sequence[dict[str, Any]]) -> Answer:
    """The answer of the last of these replies; the ones before it called the provider's tools.

    Raises:
        ProviderError: it ended for a reason that leaves no answer.
        TransientError: it has not ended, or cannot be read.
    """
    reason = finish_reason(profile, documents[-1])
    try:
        _raise_unless_whole(profile, reason)
        return _answer(profile, documents, reason)
    except ShapeError as error:
        raise UnreadableReplyError(profile.name, str(error)) from None


def _raise_unless_whole(profile: ApiProfile, reason: str) -> None:
    """A filter's stop is read as an answer that was declined."""
    finish = profile.finish
    if reason in finish.whole or reason in finish.refused:
        return
    if reason in finish.unavailable:
        raise ProviderError(Outcome.UNAVAILABLE, f"it gave up ({reason})")
    cut = "the answer was cut off" if reason in finish.cut_off else "it ended for a reason that the file does not name"
    raise ProviderError(Outcome.FAILED, f"{cut} ({reason})")


def _answer(profile: ApiProfile, documents: Sequence[dict[str, Any]], reason: str) -> Answer:
    reply, document = profile.reply, documents[-1]
    refusal = find_text(reply.refusal, document)
    cited = cite(reply, document, storable(find_text(reply.text, document) or refusal))
    refused = bool(refusal) or reason in profile.finish.refused or cited.text.startswith(profile.refusals)
    prompt, completion = _tokens(profile, documents)
    return Answer(
        status=AnswerStatus.REFUSED if refused else AnswerStatus.OK if cited.text else AnswerStatus.EMPTY,
        text=cited.text,
        reasoning=find_text(reply.reasoning, document),
        links=cited.links,
        search_ran=_search_ran(profile, documents),
        citations_known=cited.known,
        finish_reason=reason,
        queries=find_texts(reply.queries, document),
        error=None if refused or cited.text else f"{profile.name}: no text at {reply.text}",
        requested_model=profile.model,
        served_model=find_text(reply.served_model, document) or None,
        prompt_tokens=prompt,
        completion_tokens=completion,
        cost=_cost(profile, prompt, completion),
    )


def _search_ran(profile: ApiProfile, documents: Sequence[dict[str, Any]]) -> bool | None:
    if len(documents) > 1:
        return True
    if profile.reply.search_ran is None:
        return None if profile.tool_loop is None else False
    return bool(find(profile.reply.search_ran, documents[-1]))


def _tokens(profile: ApiProfile, documents: Sequence[dict[str, Any]]) -> tuple[int | None, int | None]:
    """The tokens of all rounds; None when one of them does not tell."""
    usage = profile.reply.usage
    if usage is None:
        return None, None
    sums = []
    for place in (usage.prompt, usage.completion):
        counts = [find_number(place, document) for document in documents]
        known = [count for count in counts if count is not None]
        sums.append(sum(known) if len(known) == len(counts) else None)
    return sums[0], sums[1]


def _cost(profile: ApiProfile, prompt: int | None, completion: int | None) -> float | None:
    price = profile.price
    if price is None or prompt is None or completion is None:
        return None
    return (prompt * price.prompt + completion * price.completion) / TOKENS_OF_A_PRICE + price.question
