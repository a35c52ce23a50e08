"""Watches of orders: one query for all that may have changed, however many watches, and one listening connection.

A watch keeps the order as it stands and no queue: a slow reader misses the states between. No watch holds a
connection to the database.
"""

import asyncio
import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from answerlens_common.db import Database, Notifications
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.errors import LimitReachedError, TransientError
from answerlens_orders.accounts import store as users
from answerlens_orders.accounts.limits import LimitSettings
from answerlens_orders.accounts.store import Caller
from answerlens_orders.orders import store
from answerlens_orders.orders.views import DayView, OrderView, days_shown, order_facts, order_views
from answerlens_orders.settings import OrdersSettings

# A burst of changes is looked at once.
PAUSE_SECONDS = 0.25
# A notification may be missed: orders are looked at all the same, and so are the keys of those who watch.
POLL_SECONDS = 2.0
MOST_AT_ONCE = 100
RETRY_SECONDS = 5.0


@dataclass(eq=False)
class Watch:
    """One client's watch of an order, or of its measurement of a date.

    Attributes:
        order: as it stands.
        day: its measurement as it stands, when that is watched.
        changed: set when it may stand otherwise, or the watch has ended.
        ended: the key is not what it was, or the process stops.
    """

    order: OrderView
    caller: Caller
    day: DayView | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def end(self) -> None:
        """Tell the watcher to leave."""
        self.ended = True
        self.changed.set()


class Watchers:
    """All watches of this process. `listen` and `look` run in the background; `close` ends every watch."""

    def __init__(self, db: Database, settings: OrdersSettings, limits: LimitSettings) -> None:
        self._db = db
        self._settings = settings
        self._limits = limits
        self._watches: dict[UUID, set[Watch]] = {}
        self._by_user: Counter[UUID] = Counter()
        self._changed: set[str] = set()
        self._woken = asyncio.Event()
        self._closing = False
        self.listen = Notifications(db.settings.url, PROGRESS, self.wake).run

    def wake(self, keyword: str) -> None:
        """Something has happened to a keyword."""
        self._changed.add(keyword)
        self._woken.set()

    def close(self) -> None:
        """The process stops: end every watch."""
        self._closing = True
        for watch in self._all():
            watch.end()

    def admit(self, caller: Caller) -> None:
        """Whether the caller may watch one more order.

        Raises:
            LimitReachedError: the key, or all keys together, watch as many as they may in this process.
        """
        limits = self._limits
        if self._by_user[caller.user.id] >= limits.streams_per_key:
            limit, whose = limits.streams_per_key, "with one key"
        elif self._by_user.total() >= limits.streams:
            limit, whose = limits.streams, "at once"
        else:
            return
        detail = f"at most {limit} event streams {whose}; end one, or ask GET /api/orders/{{id}} from time to time"
        raise LimitReachedError(detail, RETRY_SECONDS)

    @contextmanager
    def watch(self, order: OrderView, caller: Caller, day: DayView | None = None) -> Iterator[Watch]:
        """Watch an order that the caller may see, or a day of it.

        Raises:
            LimitReachedError: see `admit`.
        """
        self.admit(caller)
        watch = Watch(order, caller, day, ended=self._closing)
        self._by_user[caller.user.id] += 1
        self._watches.setdefault(order.id, set()).add(watch)
        self.wake(order.keyword)  # the order was read before it was watched
        try:
            yield watch
        finally:
            self._watches[order.id].discard(watch)
            if not self._watches[order.id]:
                del self._watches[order.id]
            self._by_user[caller.user.id] -= 1
            self._by_user += Counter()  # without those at zero

    async def look(self) -> None:
        """Keep every watched order as it stands, for ever."""
        polled_at = -POLL_SECONDS
        while True:
            left = polled_at + POLL_SECONDS - time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), max(0.0, left))
            self._woken.clear()
            changed, self._changed = self._changed, set()
            polled = time.monotonic() >= polled_at + POLL_SECONDS
            if polled:
                polled_at = time.monotonic()
            with suppress(TransientError):  # looked at again when it is polled
                if polled:
                    await self._end_those_without_a_key()
                await self._look(
                    order_id
                    for order_id, watches in self._watches.items()
                    if polled or any(watch.order.keyword in changed for watch in watches)
                )
            await asyncio.sleep(PAUSE_SECONDS)

    async def _look(self, wanted: Iterable[UUID]) -> None:
        ids = list(wanted)
        for first in range(0, len(ids), MOST_AT_ONCE):
            async with self._db.transaction() as tx:
                # an order and its days as of one moment: no watcher is told half of a change
                await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                rows = await store.found(tx, ids[first : first + MOST_AT_ONCE])
                facts = await order_facts(tx, self._settings, rows)
                days = await days_shown(tx, self._settings, self._days(row.id for row in rows))
            for order in await order_views(facts):
                for watch in self._watches.get(order.id, ()):
                    watch.order = order
                    watch.day = watch.day and days.get((order.id, watch.day.date), watch.day)
                    watch.changed.set()

    def _days(self, order_ids: Iterable[UUID]) -> list[tuple[UUID, dt.date]]:
        """The days of these orders that are watched."""
        watches = (watch for order_id in order_ids for watch in self._watches.get(order_id, ()))
        return sorted({(watch.day.id, watch.day.date) for watch in watches if watch.day is not None})

    async def _end_those_without_a_key(self) -> None:
        """A key that was revoked or replaced sees nothing more, nor does one whose user has another role."""
        watches = list(self._all())
        if watches:
            known = await users.by_keys(self._db, sorted({watch.caller.key_sha256 for watch in watches}))
            for watch in watches:
                if known.get(watch.caller.key_sha256) != watch.caller.user:
                    watch.end()

    def _all(self) -> Iterator[Watch]:
        for watches in list(self._watches.values()):
            yield from list(watches)
