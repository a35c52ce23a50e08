"""The tree of errors, by what is done about them.

AnswerLensError
├── TransientError      may pass by itself: retried (time-out, 429, 5xx, lost connection)
│   └── PutOffError     nothing was tried (a spent budget): tried later, and no attempt is counted
├── BusinessError       will fail again: recorded, not retried (bad input, invalid data)
└── SystemFaultError    our own machinery broke (browser crash, out of memory): recorded, alerted, retried

Modules derive their own errors from these three and carry the values that matter as attributes.
"""

from typing import ClassVar

from answerlens_common.failures import Failure

MAX_ERROR_CHARACTERS = 500


class AnswerLensError(Exception):
    """Whatever AnswerLens raises on purpose.

    Attributes:
        failure: what a client is told when work has failed for good of it.
    """

    failure: ClassVar[Failure] = Failure.INTERNAL


class TransientError(AnswerLensError):
    """The same work may succeed a minute later."""

    failure = Failure.UNAVAILABLE


class PutOffError(TransientError):
    """The work could not begin, which was not its fault: it waits, and no attempt is spent."""


class BusinessError(AnswerLensError):
    """The same work would fail again."""


class SystemFaultError(AnswerLensError):
    """The machinery failed, not the work: the work is tried again and an operator is told."""


def failure_from(error: BaseException) -> Failure:
    """What a client is told of an error."""
    return error.failure if isinstance(error, AnswerLensError) else Failure.INTERNAL


def describe(error: BaseException) -> str:
    """An error in a few words: its type and the beginning of its message."""
    text = " ".join(str(error).split())[:MAX_ERROR_CHARACTERS]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
