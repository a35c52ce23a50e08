"""A notice is a kind and its parameters; the words of those from before stay as they were written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KINDS = (
    "'measurement_completed', 'measurement_failed', 'measurement_withdrawn', 'breaker_changed', 'budget_nearly_spent',"
    " 'budget_spent'"
)


def upgrade() -> None:
    op.add_column("notification", sa.Column("kind", sa.String(40)))
    op.add_column("notification", sa.Column("params", postgresql.JSONB))
    op.alter_column("notification", "message", nullable=True)
    op.create_check_constraint(op.f("ck_notification_kind"), "notification", f"kind IN ({_KINDS})")
    op.create_check_constraint(
        op.f("ck_notification_says"), "notification", "message IS NOT NULL OR (kind IS NOT NULL AND params IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_notification_says"), "notification", type_="check")
    op.drop_constraint(op.f("ck_notification_kind"), "notification", type_="check")
    op.execute("UPDATE notification SET message = kind WHERE message IS NULL")
    op.alter_column("notification", "message", nullable=False)
    op.drop_column("notification", "params")
    op.drop_column("notification", "kind")
