"""Signs that there will be no answer, and what each means for the question: asked again later, or its outcome."""

import re
from http import HTTPStatus
from typing import Literal, NoReturn, Self

from playwright.async_api import Page, Response

from answerlens_collector.page_snapshot import PageSnapshot
from answerlens_collector.profile import FailureRule, FailureStatus, SiteProfile
from answerlens_collector.site_errors import NoAnswerError, RateLimitedError, SiteUnavailableError

_MOST_KEPT = 200


class Responses:
    """The errors by which servers have answered the page's requests; enter it before the page is opened."""

    def __init__(self, page: Page, profile: SiteProfile) -> None:
        self._page = page
        self._stream = profile.stream.url_pattern if profile.stream is not None else None
        self._found: list[tuple[int, str, bool]] = []

    async def __aenter__(self) -> Self:
        self._page.on("response", self._responded)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._page.remove_listener("response", self._responded)

    def forget(self) -> None:
        """What was refused before a question was sent says nothing about it."""
        self._found.clear()

    def met(self, rule: FailureRule) -> int | None:
        """The first status that fits the rule."""
        for status, url, is_main in self._found:
            wanted = is_main if rule.request is None else re.search(rule.request, url) is not None
            if wanted and status in rule.http:
                return status
        return None

    def _responded(self, response: Response) -> None:
        if response.status < HTTPStatus.BAD_REQUEST or len(self._found) >= _MOST_KEPT:
            return
        is_page = response.request.is_navigation_request() and response.frame == self._page.main_frame
        is_stream = self._stream is not None and re.search(self._stream, response.url) is not None
        self._found.append((response.status, response.url, is_page or is_stream))


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
        if rule.answer is not None and re.fullmatch(rule.answer, answer, re.DOTALL):
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
