"""Files the reports of days that ended before reports were documents, oldest orders first, a transaction a day.

Runs in every replica; a replica that comes second to a day finds it done. Ended days are reported in the transaction
that ends them, so there is nothing to file later, except by a replica of an older version that still runs beside this.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.observing.logs import get_logger
from answerlens_orders.reports import store
from answerlens_orders.reports.versions import Reports

BATCH: Final = 100
LOOK_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Filing:
    """Files what is not filed."""

    db: Database
    reports: Reports

    async def run(self) -> None:
        """File until cancelled; look for more once a minute."""
        while True:
            try:
                await self.file_all()
            except TransientError as error:
                get_logger().warning("filing waits", error=str(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def file_all(self) -> int:
        """File every report that is missing; how many days were looked at."""
        passed_over: set[UUID] = set()
        filed = 0
        while days := await self._unreported(passed_over):
            for order_id, date in days:
                if not await self._file(order_id, date):
                    passed_over.add(order_id)
            filed += len(days)
        if filed:
            get_logger().info("reports filed", days=filed, orders_passed_over=len(passed_over))
        return filed

    async def _unreported(self, passed_over: set[UUID]) -> list[tuple[UUID, dt.date]]:
        async with self.db.transaction() as tx:
            return await store.unreported(tx, BATCH, list(passed_over))

    async def _file(self, order_id: UUID, date: dt.date) -> bool:
        try:
            async with self.db.transaction() as tx:
                await self.reports.file(tx, order_id, date)
                return not await store.lock_unreported(tx, order_id, date)
        except TransientError:
            raise
        except Exception:  # noqa: BLE001 - one order's rows hold no other's up
            get_logger().exception("report not filed", order=str(order_id), date=str(date))
            return False
