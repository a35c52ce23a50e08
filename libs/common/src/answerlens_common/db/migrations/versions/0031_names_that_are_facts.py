"""Events have names that are facts: what the outbox holds is published under the names of today.

What lies in the broker's queues keeps its place: their consumers take it from there (`broker.topology`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_NAMES = {
    "answer.wanted": "question.queued",
    "keyword.answers_collected": "collection.answered",
    "keyword.scored": "collection.scored",
    "keyword.analysed": "collection.analysed",
}
_INDEX = "ix_outbox_analysed"


def upgrade() -> None:
    for before, after in _NAMES.items():
        _rename(before, after)
    op.drop_index(_INDEX, table_name="outbox")
    op.create_index(_INDEX, "outbox", ["id"], postgresql_where=sa.text("routing_key LIKE 'collection.analysed.%'"))


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE routing_key IN ('measurement.ended', 'order.ended', 'breaker.changed')")
    for before, after in _NAMES.items():
        _rename(after, before)
    op.drop_index(_INDEX, table_name="outbox")
    op.create_index(_INDEX, "outbox", ["id"], postgresql_where=sa.text("routing_key LIKE 'keyword.analysed.%'"))


def _rename(before: str, after: str) -> None:
    op.execute(
        sa.text(
            "UPDATE outbox SET routing_key = :after || substr(routing_key, :kept)"
            " WHERE starts_with(routing_key, :dotted)"
        ).bindparams(after=after, kept=len(before) + 1, dotted=f"{before}.")
    )
