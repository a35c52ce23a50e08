"""Where the questions come from, and everything that may keep them from us.

An empty result, a captcha, a login wall, a refused signature and a changed page are errors with names of their own:
none of them is ever stored as "no questions are asked about this".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.errors import BusinessError, TransientError
from answerlens_common.failures import Failure


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """A question about a keyword; a person asked it, unless its origin says otherwise.

    Attributes:
        question_id: the same whenever this source gives the question.
        url: where it stands; empty where it stands nowhere.
    """

    text: str
    question_id: str
    url: str
    origin: QuestionOrigin


class QuestionSource(Protocol):
    """What finds questions; entered before the first search."""

    async def search(self, keyword: str, known: Sequence[SourceQuestion] = (), /) -> list[SourceQuestion]:
        """At most 100 questions about a keyword, each once, the most relevant first.

        `known` is what other sources have given already.

        Raises:
            BusinessError: one of the errors below that a retry would meet again.
            TransientError: the source may answer a minute later.
        """
        ...

    async def __aenter__(self) -> Self:
        """Get ready."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of everything."""
        ...


class CaptchaError(BusinessError):
    """The site wants to see a person: solve it in a browser, then save the session again."""

    failure = Failure.SOURCE_CAPTCHA


class LoginRequiredError(BusinessError):
    """The account's session is missing or has ended: log in, then save it again (ANSWERLENS_ZHIHU_STORAGE_STATE)."""

    failure = Failure.SOURCE_LOGIN


class SignatureRefusedError(BusinessError):
    """The site refused the request's signature: its page has changed how it signs."""

    failure = Failure.SOURCE_CHANGED


class ChangedShapeError(BusinessError):
    """The site answered in a shape we do not know; `where` says what was expected."""

    failure = Failure.SOURCE_CHANGED

    def __init__(self, where: str) -> None:
        super().__init__(f"unexpected answer: {where}")
        self.where = where


class EmptyResultError(BusinessError):
    """The site knows no question about the keyword."""

    failure = Failure.NO_QUESTIONS

    def __init__(self, keyword: str) -> None:
        super().__init__(f"no question found about {keyword}")
        self.keyword = keyword


class SourceBusyError(TransientError):
    """The site answers later: too many requests, its own failure, or no answer in time."""

    failure = Failure.SOURCE_UNAVAILABLE


# Errors that count against the site's breaker; that the site knows no question about a keyword is no such error.
SITE_FAILURES = (TransientError, CaptchaError, LoginRequiredError, SignatureRefusedError, ChangedShapeError)
