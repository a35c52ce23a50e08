"""Looks, for ever, for runs that are past their time limit."""

import asyncio
from collections.abc import Mapping

from answerlens_collector.cache.overdue import close_overdue
from answerlens_collector.profile import SiteProfile
from answerlens_collector.settings import CollectionSettings
from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.observing.logs import get_logger


async def watch_runs(db: Database, engines: Mapping[str, SiteProfile], settings: CollectionSettings) -> None:
    """Close them, every so often, until cancelled; with the database away, the next time."""
    while True:
        try:
            for name, profile in list(engines.items()):
                await close_overdue(
                    db,
                    name,
                    seconds=settings.run_seconds,
                    spacing=profile.pacing.min_seconds_between_asks,
                    fail_below=settings.fail_below,
                )
        except TransientError as error:
            get_logger().warning("overdue runs wait", error=str(error))
        await asyncio.sleep(settings.overdue_check_seconds)
