"""HTTP/1.1 that waits for no client for ever: uvicorn's own, with a time for each thing that a client may be slow at.

Uvicorn ends a connection that is idle after an answer, and nothing else: a socket that says nothing, headers or a body
that come a byte at a time, and an answer that is not read would keep theirs open. How long a body may take is the
application's affair; one that comes after the answer to it is waited for here.
"""

import asyncio
from enum import Enum, auto
from functools import partial
from typing import Any, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from answerlens_common.settings import HttpSettings

# Until a client has sent the rest of a body that was answered already: closed at once, it might not see the answer.
_LINGER_SECONDS: Final = 5.0
_TIMED_OUT: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class _Waiting(dict["_Impatient", None]):
    """The connections of a server whose headers are not there yet, the oldest first."""


class _Wants(Enum):
    """What a connection waits for: a request's headers, the rest of a body that was answered, or the application."""

    HEADERS = auto()
    REST = auto()
    ANSWER = auto()


class _Impatient(H11Protocol):
    """A connection. It waits for one thing at a time: headers, the rest of an answered body, or room to write."""

    def __init__(self, *args: Any, limits: HttpSettings, waiting: _Waiting, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._waiting = waiting
        self._incoming: asyncio.TimerHandle | None = None
        self._wants = _Wants.ANSWER
        self._outgoing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for headers; when too many do, the one that has waited longest makes room."""
        super().connection_made(transport)
        self._look()
        if len(self._waiting) > self._limits.most_silent:
            next(iter(self._waiting)).abort()

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """The answer is out; its request may still be coming in."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        self._waiting.pop(self, None)
        for timer in (self._incoming, self._outgoing):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        self._outgoing = self.loop.call_later(self._limits.write_seconds, self.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        if self._outgoing is not None:
            self._outgoing.cancel()

    def abort(self) -> None:
        """End the connection at once, whatever is still to be written."""
        self._waiting.pop(self, None)  # it is told only later that it is lost
        self.transport.abort()

    def _look(self) -> None:
        """Start or stop the clock, by what is to come in next."""
        wanted = self._wanted()
        if wanted is self._wants:
            return
        self._wants = wanted
        self._waiting.pop(self, None)
        if self._incoming is not None:
            self._incoming.cancel()
        if wanted is _Wants.HEADERS:
            self._waiting[self] = None
            self._incoming = self.loop.call_later(self._limits.header_seconds, self._give_up)
        elif wanted is _Wants.REST:
            self._incoming = self.loop.call_later(_LINGER_SECONDS, self.transport.close)

    def _wanted(self) -> _Wants:
        if self.cycle is not None and not self.cycle.response_complete:
            return _Wants.ANSWER
        return {h11.IDLE: _Wants.HEADERS, h11.SEND_BODY: _Wants.REST}.get(self.conn.their_state, _Wants.ANSWER)

    def _give_up(self) -> None:
        """The headers have not come."""
        started = self.conn.trailing_data[0] != b""
        if started and not self.transport.is_closing():
            self.transport.write(_TIMED_OUT)
        self.transport.close()


def impatient(limits: HttpSettings) -> type[asyncio.Protocol]:
    """What `uvicorn.Config` takes as `http`."""
    return cast("type[asyncio.Protocol]", partial(_Impatient, limits=limits, waiting=_Waiting()))
