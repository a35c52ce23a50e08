"""What a provider's refusal means, in plain words."""

import datetime as dt
import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from answerlens_collector.engines.api.outcomes import SENTENCES, Outcome
from answerlens_collector.engines.api.profile import ApiProfile
from answerlens_collector.site_errors import (
    BrokenStreamError,
    RateLimitedError,
    SiteError,
    SiteUnavailableError,
)

MOST_MESSAGE_CHARACTERS: Final = 200
_SERVER_ERRORS: Final = 500
_BY_STATUS: Final[Mapping[int, tuple[Outcome, str]]] = {
    400: (Outcome.FAILED, "it does not accept the request as the engine's file has it"),
    401: (Outcome.LOGIN_REQUIRED, "the key was refused"),
    402: (Outcome.LOGIN_REQUIRED, "the account's balance is used up"),
    403: (Outcome.LOGIN_REQUIRED, "the key may not use this"),
    404: (Outcome.FAILED, "there is no such address or model"),
    408: (Outcome.UNAVAILABLE, "it took too long by its own measure"),
    409: (Outcome.UNAVAILABLE, "it is in conflict with another request"),
    413: (Outcome.FAILED, "the question is too long"),
    422: (Outcome.FAILED, "it does not accept the request as the engine's file has it"),
    425: (Outcome.UNAVAILABLE, "it is too early"),
    429: (Outcome.RATE_LIMITED, "it asks for a slower pace"),
}


class UnreadableReplyError(SiteError):
    """The reply is not what the engine's file says: half a reply, another format, or more than is read."""


class ProviderError(Exception):
    """The provider has answered with an error, or with what is no answer. Never leaves the package.

    Attributes:
        outcome: what it is.
        reason: in words.
        wait: the seconds after which it wants to be asked again; None when it has not said.
    """

    def __init__(self, outcome: Outcome, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.wait = wait

    def as_site_error(self, engine: str, reason: str) -> SiteError:
        """An error that may pass, as the collector knows it."""
        kind = RateLimitedError if self.outcome is Outcome.RATE_LIMITED else SiteUnavailableError
        return kind(engine, reason)


def refused_by_http(profile: ApiProfile, status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """What an answer with another HTTP status than 200 means."""
    details = _details(_json(body))
    default: tuple[Outcome, str] = (Outcome.FAILED, "it sends elsewhere, or answers what is not understood")
    if status >= _SERVER_ERRORS:
        default = (Outcome.UNAVAILABLE, "it is in trouble")
    outcome, words = _BY_STATUS.get(status, default)
    return _error(profile, status, details, outcome, words, _seconds(headers.get("retry-after")))


def refused_in_reply(profile: ApiProfile, document: Any) -> ProviderError | None:  # noqa: ANN401 JSON is any shape
    """What an error within a reply means; None when the reply holds none."""
    error = document.get("error") if isinstance(document, dict) else None
    if not error:
        return None
    return _error(profile, None, _details(document), Outcome.UNAVAILABLE, SENTENCES[Outcome.UNAVAILABLE], None)


def broken_off(engine: str) -> BrokenStreamError:
    """The reply ended without a reason for its end."""
    return BrokenStreamError(engine, "the reply broke off: it names no reason for its end")


def _error(
    profile: ApiProfile,
    status: int | None,
    details: tuple[tuple[str, ...], str],
    outcome: Outcome,
    words: str,
    wait: float | None,
) -> ProviderError:
    codes, message = details
    for rule in profile.errors:
        if rule.http in {None, status} and (rule.code is None or rule.code in codes):
            if rule.outcome != outcome:
                outcome, words = rule.outcome, SENTENCES[rule.outcome]
            break
    told = [f"HTTP {status}"] if status else []
    told += [codes[0]] if codes else []
    # of a refused key a provider may repeat a part
    told += [message] if message and outcome != Outcome.LOGIN_REQUIRED else []
    return ProviderError(outcome, f"{words} ({', '.join(told)})" if told else words, wait)


def _json(body: bytes) -> Any:  # noqa: ANN401 JSON is any shape
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _details(document: Any) -> tuple[tuple[str, ...], str]:  # noqa: ANN401 JSON is any shape
    """The codes of an error, the most telling first, and its message."""
    outer = document if isinstance(document, dict) else {}
    error = outer.get("error", outer)
    inner = error if isinstance(error, dict) else {}
    found = [inner.get("code"), inner.get("type"), outer.get("code")]
    codes = dict.fromkeys(str(code) for code in found if isinstance(code, str | int) and code != "")
    message = inner.get("message") or outer.get("message") or (error if isinstance(error, str) else "")
    words = " ".join(message.split()) if isinstance(message, str) else ""
    return tuple(codes), words[:MOST_MESSAGE_CHARACTERS]


def _seconds(value: str | None) -> float | None:
    """What a Retry-After header says: seconds, or a moment."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
