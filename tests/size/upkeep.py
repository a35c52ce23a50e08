"""What a database does for itself while it is at rest."""

import asyncpg

from answerlens_common.db import Database


async def vacuum(db: Database) -> None:
    """Leave the tables as autovacuum does: no dead rows, and statistics. It runs in no transaction."""
    connection = await asyncpg.connect(db.settings.url)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
