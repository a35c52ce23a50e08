"""The sources of questions in their order: each is asked when those before it gave too few.

A source that fails for good (a captcha, a login wall, a changed page, no result, a refused key) is passed over at
once. One that may answer a minute later (a time-out, too many requests, a crashed browser) is not: the search is tried
again as a whole, and the next source is asked only in its last attempt. An open breaker puts a search off, unless a
source before it has been asked already; then it is a failure that may pass, like the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import Counter

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.db import DatabaseLostError
from answerlens_common.errors import (
    AnswerLensError,
    BusinessError,
    PutOffError,
    SystemFaultError,
    TransientError,
    describe,
)
from answerlens_common.limits.breakers import Breakers
from answerlens_common.observing.logs import get_logger
from answerlens_searcher.questions import MOST_QUESTIONS, distinct
from answerlens_searcher.source import SITE_FAILURES, EmptyResultError, QuestionSource, SourceBusyError, SourceQuestion

searches = Counter("answerlens_source_searches_total", "Searches of a source of questions", ["origin", "outcome"])


@dataclass(frozen=True)
class Link:
    """A source in its place.

    Attributes:
        origin: of its questions.
        breaker: what guards it; None for one that needs no guard, or has its own.
    """

    origin: QuestionOrigin
    source: QuestionSource
    breaker: str | None = None


@dataclass(frozen=True)
class Chain:
    """Sources in the order in which they are asked.

    Attributes:
        enough: with so many questions no further source is asked.
    """

    links: Sequence[Link]
    breakers: Breakers
    enough: int

    async def search(self, keyword: str, *, is_last_attempt: bool, has_bank: bool) -> list[SourceQuestion]:
        """At most 100 questions, each once, those of the first sources first; fewer than enough when there are no more.

        Args:
            keyword: what they are about.
            is_last_attempt: nothing mends what may pass any more.
            has_bank: whether there is an older bank of what people asked. It is better than few questions of which more
                were to come, and than any that no person asked.

        Raises:
            BusinessError: no source gave a question, or too few to replace the older bank while a source failed; it is
                the failure of the first that failed.
            TransientError: a source may answer a minute later.
            SystemFaultError: a source's own machinery broke, and may work a minute later.
        """
        found: list[SourceQuestion] = []
        failures: list[AnswerLensError] = []
        asked = 0
        for link in self.links:
            if len(found) >= self.enough:
                break
            if link.origin.is_synthetic and has_bank:
                continue
            try:
                questions = await self._ask(link, keyword, found, asked)
            except AnswerLensError as error:
                if not _is_over(error, is_last_attempt=is_last_attempt):
                    raise
                failures.append(error)
                is_empty = isinstance(error, EmptyResultError)
                searches.labels(link.origin.value, "empty" if is_empty else "failed").inc()
                get_logger().warning("source.passed_over", origin=link.origin.value, error=describe(error))
            else:
                before = len(found)
                found = distinct([*found, *questions], keyword)[:MOST_QUESTIONS]
                searches.labels(link.origin.value, "answered").inc()
                get_logger().info("source.asked", origin=link.origin.value, new=len(found) - before)
            asked += link.origin is not QuestionOrigin.LIST
        if not found:
            raise failures[0] if failures else EmptyResultError(keyword)
        broken = [error for error in failures if not isinstance(error, EmptyResultError)]
        if has_bank and broken and len(found) < self.enough:
            raise broken[0]
        return found

    async def _ask(self, link: Link, keyword: str, found: Sequence[SourceQuestion], asked: int) -> list[SourceQuestion]:
        try:
            if link.breaker is None:
                return await link.source.search(keyword, found)
            async with self.breakers.guard(link.breaker, *SITE_FAILURES):
                return await link.source.search(keyword, found)
        except PutOffError as error:
            if not asked:
                raise
            # sources outside have been asked: this attempt counts
            raise SourceBusyError(describe(error)) from error


def _is_over(error: AnswerLensError, *, is_last_attempt: bool) -> bool:
    """Whether the next source is asked now: another attempt would not mend it, or there is none."""
    if isinstance(error, BusinessError):
        return True
    if isinstance(error, (PutOffError, DatabaseLostError)):
        return False
    return is_last_attempt and isinstance(error, (TransientError, SystemFaultError))
