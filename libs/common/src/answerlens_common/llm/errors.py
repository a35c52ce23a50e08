"""What can go wrong in asking a language model; none of it carries texts or keys."""

import time
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import openai

from answerlens_common.errors import BusinessError, TransientError
from answerlens_common.failures import Failure

_RETRY_STATUSES = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT}


class ModelUnavailableError(TransientError):
    """The model did not answer: time-out, lost connection or a server error.

    Attributes:
        task: what was asked for.
        status: the HTTP status, None where there was none.
    """

    failure = Failure.MODEL_UNAVAILABLE

    def __init__(self, task: str, status: int | None) -> None:
        super().__init__(f"language model unavailable for {task} (status {status})")
        self.task = task
        self.status = status


class RateLimitedError(TransientError):
    """The model's provider wants fewer requests.

    Attributes:
        task: what was asked for.
        retry_after: seconds the provider asks to wait, None if it does not say.
    """

    failure = Failure.MODEL_UNAVAILABLE

    def __init__(self, task: str, retry_after: float | None) -> None:
        super().__init__(f"language model rate-limited {task} (retry after {retry_after} s)")
        self.task = task
        self.retry_after = retry_after


class RequestRefusedError(BusinessError):
    """The provider refused the request itself: wrong key, unknown model, bad parameters.

    Attributes:
        task: what was asked for.
        status: the HTTP status.
    """

    failure = Failure.MODEL_REFUSED

    def __init__(self, task: str, status: int) -> None:
        super().__init__(f"language model refused {task} (status {status})")
        self.task = task
        self.status = status


class InvalidOutputError(BusinessError):
    """The model's output was not usable, twice.

    Attributes:
        task: what was asked for.
        reason: what was wrong, without the output itself.
    """

    failure = Failure.MODEL_UNUSABLE

    def __init__(self, task: str, reason: str) -> None:
        super().__init__(f"language model gave invalid output for {task}: {reason}")
        self.task = task
        self.reason = reason


def translated(
    task: str, error: openai.APIError | TimeoutError
) -> RateLimitedError | ModelUnavailableError | RequestRefusedError:
    """Return what the client's error is to us."""
    if isinstance(error, openai.RateLimitError):
        return RateLimitedError(task, _retry_after(error.response.headers.get("retry-after")))
    if not isinstance(error, openai.APIStatusError):
        return ModelUnavailableError(task, None)
    status = error.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _RETRY_STATUSES:
        return ModelUnavailableError(task, status)
    return RequestRefusedError(task, status)


def _retry_after(header: str | None) -> float | None:
    """Return the seconds of a Retry-After header, given in seconds or as a date."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None
