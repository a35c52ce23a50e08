"""Wakes those who watch a keyword's progress: one listening connection a process, however many watch."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from answerlens_common.db import Notifications
from answerlens_common.db.notifications import PROGRESS


class Watchers:
    """Events to wait for, by keyword. `listen` runs in the background; `close` ends every watch."""

    def __init__(self, postgres_url: str) -> None:
        self._watching: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.closing = False
        self.listen = Notifications(postgres_url, PROGRESS, self.wake).run

    def wake(self, keyword: str) -> None:
        """Something has happened to a keyword."""
        for watcher in self._watching.get(keyword, ()):
            watcher.set()

    def close(self) -> None:
        """The process stops: whoever watches is to leave."""
        self.closing = True
        for keyword in self._watching:
            self.wake(keyword)

    @contextmanager
    def watch(self, keyword: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happens to the keyword."""
        event = asyncio.Event()
        self._watching[keyword].add(event)
        try:
            yield event
        finally:
            self._watching[keyword].discard(event)
            if not self._watching[keyword]:
                del self._watching[keyword]
