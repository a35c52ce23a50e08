"""The tree of errors, by what is done about them.

AnswerLensError
├── TransientError      may pass by itself: retried (time-out, 429, 5xx, lost connection)
│   └── PutOffError     nothing was tried (a spent budget): tried later, and no attempt is counted
├── BusinessError       will fail again: recorded, not retried (bad input, invalid data)
├── SystemFaultError    our own machinery broke (browser crash, out of memory): recorded, alerted, retried
└── RequestError        a client asks for what it cannot have: the client is told why, and nothing is changed
    ├── NotFoundError       there is no such thing, as far as this client may know
    ├── RefusedError        the request itself is wrong; the fields at fault are named
    ├── ConflictError       the thing is not in the state that the request needs
    ├── TooEarlyError       the thing will be there later
    ├── LimitReachedError   the client has used up a limit; it may ask again after some seconds
    └── BusyError           no capacity is free; the client may ask again after some seconds

Modules derive their own errors from these and carry the values that matter as attributes. A face of the
product (the order API's JSON) says in one place how it tells a client of each RequestError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field of a request.

    Attributes:
        field: by its path, such as `brand.aliases[0]`.
        message: what is wrong with it.
    """

    field: str
    message: str


class RequestError(AnswerLensError):
    """A client cannot have what it asks for. Nothing was changed.

    Attributes:
        detail: why, in a sentence for the client.
        fields: the fields at fault.
        seconds: after how many the client may ask again; None when no time is known.
    """

    def __init__(self, detail: str, fields: Sequence[FieldFault] = (), seconds: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = list(fields)
        self.seconds = seconds


class NotFoundError(RequestError):
    """There is no such thing, as far as the client may know."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)


class RefusedError(RequestError):
    """The request is wrong as it stands: the client has to change it."""

    def __init__(self, detail: str, *fields: FieldFault) -> None:
        super().__init__(detail, fields)


class ConflictError(RequestError):
    """The thing is not in the state that the request needs."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)


class TooEarlyError(RequestError):
    """The thing is not there yet; `detail` says how far it is and where the client can watch it."""

    def __init__(self, detail: str, seconds: float | None = None) -> None:
        super().__init__(detail, seconds=seconds)


class LimitReachedError(RequestError):
    """The client asks more often, or for more at once, than a limit allows."""

    def __init__(self, detail: str, seconds: float) -> None:
        super().__init__(detail, seconds=seconds)


class BusyError(RequestError):
    """All clients together ask for more than can be done now."""

    def __init__(self, detail: str, seconds: float) -> None:
        super().__init__(detail, seconds=seconds)


def failure_from(error: BaseException) -> Failure:
    """What a client is told of an error."""
    return error.failure if isinstance(error, AnswerLensError) else Failure.INTERNAL


def describe(error: BaseException) -> str:
    """An error in a few words: its type and the beginning of its message."""
    text = " ".join(str(error).split())[:MAX_ERROR_CHARACTERS]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
