"""Open transactions: how long each was open, and whether one is open here.

A transaction holds locks, a connection and a snapshot. It is to be short, and never open while a broker, a browser, an
HTTP server or a heavy computation is waited for. The tests ask `is_open` wherever this process goes on the network.
"""

import inspect
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from answerlens_common.observing import metrics
from answerlens_common.observing.logs import get_logger

LONG_SECONDS = 1.0
# How many callers a long transaction is logged with.
CALLERS = 4
_NOT_CALLERS = ("contextlib.py", "open_transactions.py", "database.py")


@dataclass
class Longest:
    """The longest transaction so far, in seconds, and the functions that held it, innermost first."""

    seconds: float = 0.0
    callers: str = ""


@dataclass
class _Open:
    # also tasks that were started inside see it: once it has ended it is no longer open for them either
    ended: bool = False


_current: ContextVar[_Open | None] = ContextVar("open_transaction", default=None)


def is_open() -> bool:
    """Whether the caller, or the task that started it, is inside a transaction that has not ended yet."""
    current = _current.get()
    return current is not None and not current.ended


@contextmanager
def watched(longest: Longest) -> Iterator[None]:
    """Around a transaction: measure it, keep the longest, log one that is long."""
    outer = _current.get()
    here = _Open()
    began = time.monotonic()
    _current.set(here)
    try:
        yield
    finally:
        here.ended = True
        _current.set(outer)
        seconds = time.monotonic() - began
        metrics.transaction_duration.observe(seconds)
        if seconds > longest.seconds:
            longest.seconds, longest.callers = seconds, _callers()
        if seconds > LONG_SECONDS:
            get_logger().warning("long transaction", seconds=round(seconds, 1), callers=_callers())


def _callers() -> str:
    names: list[str] = []
    frame = inspect.currentframe()
    while frame is not None and len(names) < CALLERS and frame.f_globals["__name__"] != "asyncio.events":
        path = Path(frame.f_code.co_filename)
        if path.name not in _NOT_CALLERS:
            names.append(f"{path.stem}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return " < ".join(names)
