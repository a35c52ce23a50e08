"""A service of one stage, the searcher's, whose outside world is a journal: what the faults are let loose on.

`python -m tests.chaos.faults.shop`; ANSWERLENS_SHOP_JOURNAL is the file that gets a line each time something is
asked (the keyword, and how many are being asked at once), ANSWERLENS_SHOP_SECONDS how long an answer takes. While
there is a file of the journal's name with `.closed` behind it, nobody answers.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordRequested, KeywordSearched
from answerlens_common.service import Service
from answerlens_common.settings import ServiceSettings
from answerlens_common.work.claims import Lease
from answerlens_common.work.stages import Stage

CONCURRENCY = 5


class Shop:
    """Asks about a keyword, and writes one row when it has been told."""

    def __init__(self, db: Database, journal: str, seconds: float) -> None:
        self._db = db
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._seconds = seconds
        self._closed = Path(f"{journal}.closed")
        self._live = 0

    async def cached(self, event: KeywordRequested) -> Sequence[Event] | None:
        """Pass on what is stored."""
        stored = await self._db.value("SELECT 1 FROM worked WHERE keyword = :keyword", keyword=event.keyword)
        return [KeywordSearched.following(event)] if stored else None

    async def work(self, event: KeywordRequested, lease: Lease) -> Sequence[Event]:
        """Ask, and store."""
        self._live += 1
        try:
            os.write(self._journal, f"{event.keyword}\t{self._live}\n".encode())
            await asyncio.sleep(self._seconds)
            while self._closed.exists():  # noqa: ASYNC110 - another process opens it
                await asyncio.sleep(0.1)
        finally:
            self._live -= 1
        async with lease.write() as tx:
            await tx.execute("INSERT INTO worked (keyword) VALUES (:keyword)", keyword=event.keyword)
        return [KeywordSearched.following(event)]


def main() -> None:
    """Serve until SIGTERM."""
    service = Service("searcher", ServiceSettings())  # whose queues it consumes
    shop = Shop(
        service.db, os.environ["ANSWERLENS_SHOP_JOURNAL"], float(os.environ.get("ANSWERLENS_SHOP_SECONDS", "0.05"))
    )
    service.stage(
        Stage(
            name="search",
            event=KeywordRequested,
            cached=shop.cached,
            work=shop.work,
            timeout=300,
            concurrency=CONCURRENCY,
        )
    )
    service.run()


if __name__ == "__main__":
    main()
