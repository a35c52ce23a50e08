"""An account's pace, kept over all replicas: two collectors on one account together ask no faster than one may."""

import asyncio

from answerlens_common.db import Database
from answerlens_common.limits import rate_limit

SECONDS_A_MINUTE = 60.0


async def keep_pace(db: Database, engine: str, spacing: float) -> None:
    """Return when the engine's account may be asked again, and count this as the asking: `spacing` seconds apart."""
    if not spacing:
        return
    while True:
        seconds = await rate_limit.take(db, f"ask:{engine}", SECONDS_A_MINUTE / spacing, burst=1)
        if not seconds:
            return
        await asyncio.sleep(seconds)
