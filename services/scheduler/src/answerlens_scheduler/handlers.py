"""`RefreshRequested` in: the refresh of any date, fired by an admin."""

from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.events import RefreshRequested
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import FreshnessSettings
from answerlens_scheduler.refresh import live_keywords, refresh_keyword


@dataclass(frozen=True)
class Handlers:
    """What an admin may fire."""

    db: Database
    freshness: FreshnessSettings

    async def on_refresh_requested(self, event: RefreshRequested, *_: object) -> None:
        """Refresh the date now; a date that was refreshed before is only completed.

        One that was interrupted begins anew when its message comes again; what it has opened is left alone.
        """
        count = 0
        async for keyword in live_keywords(self.db):
            async with self.db.transaction() as tx:
                count += await refresh_keyword(tx, keyword, event.date, self.freshness, backdate=event.backdate)
        await self.db.execute(
            "INSERT INTO job_slot (job, slot, status) VALUES ('manual-refresh', :slot, 'fired')"
            " ON CONFLICT (job, slot) DO NOTHING",
            slot=event.date.isoformat(),
        )
        get_logger().info("refresh", date=str(event.date), keywords=count)
