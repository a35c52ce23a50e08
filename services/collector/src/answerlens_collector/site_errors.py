"""What a chat page can do to a question that may go better a minute later; and the verdicts that will not."""

from typing import Literal

from answerlens_common.errors import TransientError

# Why there is no answer, and a retry would not change it.
Verdict = Literal["failed", "refused", "captcha", "login_required", "empty"]


class NoAnswerError(Exception):
    """The site has decided: the question ends with this status. Never leaves the driver."""

    def __init__(self, status: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.status: Verdict = status
        self.reason = reason


class SiteError(TransientError):
    """The site could not be asked or did not answer properly; `reason` says what was seen."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(f"{engine}: {reason}")
        self.engine = engine
        self.reason = reason


class RateLimitedError(SiteError):
    """The site asks for a slower pace."""


class SiteUnavailableError(SiteError):
    """The site answers with a server error."""


class PageNotReadyError(SiteError):
    """The page came, but not what the profile needs of it: slow, or changed."""


class ToggleError(SiteError):
    """A switch of the page did not reach the state that the profile wants."""


class StepError(SiteError):
    """A step that the page needs could not be taken."""


class InputRefusedError(SiteError):
    """The page did not take the question as it was written."""


class NotSentError(SiteError):
    """The page did not take the question: it was not asked."""


class BrokenStreamError(SiteError):
    """The answer's stream ended before the answer did."""


class AnswerTimeoutError(SiteError):
    """No complete answer in time."""
