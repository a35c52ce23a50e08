"""`RefreshRequested` in: the refresh of any date, fired by an admin."""

from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.events import RefreshRequested
from answerlens_common.settings import FreshnessSettings
from answerlens_scheduler.refresh import refresh


@dataclass(frozen=True)
class Handlers:
    """What an admin may fire."""

    db: Database
    freshness: FreshnessSettings

    async def on_refresh_requested(self, event: RefreshRequested, *_: object) -> None:
        """Refresh the date now; a date that was refreshed before is only completed."""
        async with self.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO job_slot (job, slot, status) VALUES ('manual-refresh', :slot, 'fired')"
                " ON CONFLICT (job, slot) DO NOTHING",
                slot=event.date.isoformat(),
            )
            await refresh(tx, event.date, self.freshness, backdate=event.backdate)
