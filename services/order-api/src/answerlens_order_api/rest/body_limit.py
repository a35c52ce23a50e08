"""Refuses bodies that are too large, too intricate, too slow or not JSON before anything reads them."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from answerlens_order_api.rest.auth import caller_of
from answerlens_order_api.rest.problems import ProblemError, problem_response

BYTES_A_CHARACTER = 4
"""The most that a character takes in UTF-8."""
MAX_BODY_BYTES = 1536 * 1024
"""Holds the largest order that the form allows, with names of the longest characters: a test holds them together."""
MAX_HELD_BYTES = 32 * 1024 * 1024
"""Of all bodies that are being read or worked on, in one process."""
MAX_HELD_BYTES_A_KEY = 12 * 1024 * 1024
"""The same with one key, or without one from one address: two of the largest, and room for those of others."""
MOST_MARKS = 200_000
"""`[`, `{`, `,` and `:` in one body, wherever they stand.

A body is read on the event loop. What that takes goes by the values in it: without this bound 5.5 MB of empty lists
held all other requests up for more than a second, and with it a body takes some 30 ms at most.
"""
_MARKS = (b"[", b"{", b",", b":")
# a longer number need not be read to be too large
_DIGITS = 18


@dataclass(frozen=True)
class FileBody:
    """A body that is a file: what it may be, at most so many bytes, within so many seconds."""

    media_types: Collection[str]
    most: int
    seconds: float


class BodyGuard:
    """ASGI middleware. A body without a length is counted while it comes in; all of it has so many seconds.

    `larger` has the paths that take more, `files` those whose body is a file that is never held as a whole.
    """

    def __init__(
        self,
        app: ASGIApp,
        larger: Mapping[str, int] | None = None,
        seconds: float = 20.0,
        files: Mapping[str, FileBody] | None = None,
    ) -> None:
        self._app = app
        self._larger = dict(larger or {})
        self._seconds = seconds
        self._files = dict(files or {})
        self._held: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        file = self._files.get(scope["path"])
        most = file.most if file else self._larger.get(scope["path"], MAX_BODY_BYTES)
        seconds = file.seconds if file else self._seconds
        try:
            _check(Headers(scope=scope), most, file.media_types if file else ("application/json",))
        except ProblemError as error:
            await problem_response(Request(scope), error)(scope, receive, send)
            return
        received = 0
        marks = 0
        complete = False
        whose = _holder(scope)
        deadline = asyncio.get_running_loop().time() + seconds

        async def counted() -> Message:
            nonlocal received, marks, complete
            try:
                async with asyncio.timeout_at(None if complete else deadline):
                    message = await receive()
            except TimeoutError:
                detail = f"the body must be here within {seconds:g} s"
                raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, detail) from None
            complete = not message.get("more_body", False)
            body = message.get("body", b"")
            received += len(body)
            if not file:
                marks += sum(map(body.count, _MARKS))
                self._held[whose] += len(body)
            if received > most:
                raise _too_large(most)
            if marks > MOST_MARKS:
                detail = f"a body may have at most {MOST_MARKS} of the characters [ {{ , : here"
                raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            if self._held[whose] > MAX_HELD_BYTES_A_KEY:
                raise _later(HTTPStatus.TOO_MANY_REQUESTS, "too much is being sent at once with this key")
            if self._held.total() > MAX_HELD_BYTES:
                raise _later(HTTPStatus.SERVICE_UNAVAILABLE, "too much is being sent at once")
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            self._held[whose] -= 0 if file else received
            self._held += Counter()  # without those at zero


def _holder(scope: Scope) -> str:
    caller = caller_of(scope)
    if caller is not None:
        return str(caller.user.id)
    return str(scope["client"][0]) if scope.get("client") else ""


def _later(status: HTTPStatus, detail: str) -> ProblemError:
    return ProblemError(status, detail, headers={"Retry-After": "5"})


def _check(headers: Headers, most: int, media_types: Collection[str]) -> None:
    length = headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and (len(length) > _DIGITS or int(length) > most):
        raise _too_large(most)
    has_body = length != "0" or "transfer-encoding" in headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and kind not in media_types:
        detail = f"send the body as Content-Type: {' or '.join(media_types)}"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)


def _too_large(most: int) -> ProblemError:
    return ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body may have at most {most} bytes here")
