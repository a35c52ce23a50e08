"""An order's progress as it happens: server-sent events, read again from where they broke off."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from answerlens_cli.api import Api, ApiUnreachableError, Json
from answerlens_cli.progress import ENDED

RECONNECTS = 30
RECONNECT_SECONDS = 1.0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def follow_order(
    api: Api,
    order_id: str,
    date: str | None = None,
    *,
    pause: Callable[[], None] = lambda: time.sleep(RECONNECT_SECONDS),
    tell: Callable[[str], None] = _tell,
) -> Iterator[Json]:
    """Each state of an order, or of its measurement of a date, that differs from the one before, up to its end.

    Args:
        api: where the order is.
        order_id: which one.
        date: follow the measurement of this date.
        pause: waits before the stream is opened again.
        tell: says why nothing comes for a while.

    Raises:
        ApiUnreachableError: there is no API; or one that was there could not be reached again for half a minute.
        ApiRefusedError: there is no such order.
    """
    path = f"/api/orders/{order_id}/events" + (f"?date={date}" if date else "")
    failures = 0
    last: Json | None = None
    while True:
        try:
            with api.lines(path) as lines:
                for state in _states(lines):
                    failures = 0
                    if state != last:
                        yield state
                    last = state
                    if state["status"] in ENDED:
                        return
        except ApiUnreachableError:
            failures += 1
            if last is None or failures > RECONNECTS:
                raise
            if failures == 1:
                tell(f"The connection to {api.url} was lost; trying again for {RECONNECTS} s.")
        # the API was restarted, or a proxy ended the stream: it begins again with the order as it stands
        pause()


def _states(lines: Iterable[str]) -> Iterator[Json]:
    """The data of every event; comments keep the connection alive and say nothing."""
    for line in lines:
        if line.startswith("data:"):
            state: Json = json.loads(line.removeprefix("data:"))
            yield state
