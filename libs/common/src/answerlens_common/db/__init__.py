"""PostgreSQL: the connection, the tables, notifications.

Queries are SQL text, in the module that owns their step (a store, `work.claims`, `work.outbox`);
the tables are declared once, in `tables`, for Alembic and for the reader.
"""

from answerlens_common.db.database import Database, DatabaseLostError, SlowStatementError
from answerlens_common.db.notifications import Notifications

__all__ = ["Database", "DatabaseLostError", "Notifications", "SlowStatementError"]
