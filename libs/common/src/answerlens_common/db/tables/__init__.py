"""Every table and index, in the order data flows: order → questions → bank → answers → scores → rates.

Alembic compares these with the database (`python -m answerlens_common.db.migrations check`). `ai_answer`,
`ai_link` and `question_score` are partitioned by `answer_date`; the database function
`ensure_answer_day(date)` makes a day's partitions. Nothing has a foreign key into them, so that a day can be
dropped.
"""

from answerlens_common.db.tables import keywords, llm, machinery, orders, rates
from answerlens_common.db.tables.base import metadata

__all__ = ["keywords", "llm", "machinery", "metadata", "orders", "rates"]
