"""What a day's answers were worth by other rules than those it was reported with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "outcome_again",
        sa.Column("order_id", sa.Uuid(), sa.ForeignKey("orders.id", ondelete="CASCADE"), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("engine", sa.String(100), nullable=False),
        sa.Column("rules", sa.String(100), nullable=False),
        sa.Column("outcomes", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "date", "engine", "rules"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("outcome_again")
