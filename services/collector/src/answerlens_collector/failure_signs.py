"""Signs that there will be no answer, and what each means for the question: asked again later, or its outcome."""

import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal, NoReturn, Self

from playwright.async_api import Page, Request, Response

from answerlens_collector.page_snapshot import PageSnapshot
from answerlens_collector.profile import FailureRule, FailureStatus, SiteProfile
from answerlens_collector.profile.patterns import fits, is_found
from answerlens_collector.site_errors import NoAnswerError, RateLimitedError, SiteUnavailableError

_MOST_KEPT = 200
# How long a page may take to get a new token and ask again.
RENEW_SECONDS = 4.0


@dataclass(frozen=True)
class _Refused:
    """An error by which a server has answered; `is_main`: the page itself, or the stream."""

    status: int
    url: str
    is_main: bool
    at: float = field(default_factory=time.monotonic)

    @property
    def may_be_renewed(self) -> bool:
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def stands(self) -> bool:
        return not self.may_be_renewed or time.monotonic() - self.at > RENEW_SECONDS


class Responses:
    """What servers have answered to the page's requests; enter it before the page is opened.

    Attributes:
        sent: requests that bring something to a server, since the question was sent.
    """

    def __init__(self, page: Page, profile: SiteProfile) -> None:
        self.sent = 0
        self._page = page
        self._stream = profile.stream.url_pattern if profile.stream is not None else None
        self._refused: list[_Refused] = []

    async def __aenter__(self) -> Self:
        self._page.on("request", self._requested)
        self._page.on("response", self._responded)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._page.remove_listener("request", self._requested)
        self._page.remove_listener("response", self._responded)

    def forget(self) -> None:
        """What was refused before a question was sent says nothing about it."""
        self._refused.clear()
        self.sent = 0

    def met(self, rule: FailureRule) -> int | None:
        """The first status that fits the rule; of one that asks to log in, a moment later: the page may do so."""
        for each in self._refused:
            wanted = each.is_main if rule.request is None else is_found(rule.request, each.url)
            if wanted and each.status in rule.http and each.stands:
                return each.status
        return None

    def _requested(self, request: Request) -> None:
        self.sent += request.method != "GET"

    def _responded(self, response: Response) -> None:
        url, status = response.url, response.status
        if status < HTTPStatus.BAD_REQUEST:
            self._refused = [each for each in self._refused if each.url != url or not each.may_be_renewed]
        elif len(self._refused) < _MOST_KEPT:
            is_page = response.request.is_navigation_request() and response.frame == self._page.main_frame
            is_stream = self._stream is not None and is_found(self._stream, url)
            self._refused.append(_Refused(status, url, is_page or is_stream))


def raise_failure(profile: SiteProfile, seen: PageSnapshot, responses: Responses) -> None:
    """Raise what the page shows, or its servers have said, against an answer, if there is anything."""
    for rule in seen.failures:
        raise_for(profile, rule.status, f"the page shows {rule.status}: {rule.sign}")
    for rule in profile.failures:
        if rule.http and (status := responses.met(rule)) is not None:
            raise_for(profile, rule.status, f"{rule.status}: HTTP {status}")


def raise_said(profile: SiteProfile, answer: str) -> None:
    """Raise what a site has written in the answer's place."""
    for rule in profile.failures:
        if rule.answer is not None and fits(rule.answer, answer):
            raise_for(profile, rule.status, f"in the answer's place stands {answer[:200]!r}")


def raise_http_failure(profile: SiteProfile, status: int | None) -> None:
    """Raise what an HTTP status says by itself, if it is an error."""
    reason = f"HTTP {status}"
    if status is None or status < HTTPStatus.BAD_REQUEST:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise_for(profile, "rate_limited", reason)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise_for(profile, "unavailable", reason)
    raise_for(profile, "login_required" if status == HTTPStatus.UNAUTHORIZED else "failed", reason)


def raise_for(profile: SiteProfile, status: FailureStatus | Literal["failed"], reason: str) -> NoReturn:
    """Raise what a status means for the question: to be asked again later, or its outcome."""
    if status == "rate_limited":
        raise RateLimitedError(profile.name, reason)
    if status == "unavailable":
        raise SiteUnavailableError(profile.name, reason)
    raise NoAnswerError(status, reason)
