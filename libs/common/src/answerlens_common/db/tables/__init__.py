"""Every table and index, in the order data flows: order → questions → bank → answers → scores → rates.

Alembic compares these with the database (`python -m answerlens_common.db.migrations check`). `ai_answer`, `ai_link`,
`question_score` and `collection_question` are partitioned by class and day; the database function
`ensure_answer_day(date, class)` makes the partitions of a day. Nothing has a foreign key into them, so that a day can
be dropped.
"""

from answerlens_common.db.tables import (
    collections,
    diagnoses,
    imports,
    keywords,
    llm,
    machinery,
    orders,
    rates,
    subjects,
)
from answerlens_common.db.tables.base import metadata

__all__ = [
    "collections",
    "diagnoses",
    "imports",
    "keywords",
    "llm",
    "machinery",
    "metadata",
    "orders",
    "rates",
    "subjects",
]
