"""Table `engine`, which the topology job fills from the installation's profiles."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction


async def enabled(tx: Transaction) -> list[str]:
    """The names of the engines that may be ordered."""
    return [row["name"] for row in await tx.rows("SELECT name FROM engine WHERE enabled ORDER BY name")]


async def every(db: Database) -> Sequence[RowMapping]:
    """Every engine there is or was."""
    return await db.rows("SELECT name, kind, surface, enabled, replicates FROM engine ORDER BY name")
