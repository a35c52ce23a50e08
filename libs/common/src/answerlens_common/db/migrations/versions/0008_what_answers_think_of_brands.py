"""What answers think of brands."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_sentiment",
        sa.Column("answer_sha256", sa.String(length=64), nullable=False),
        sa.Column("brand_name", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("sentiment", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("answer_sha256", "brand_name", "version", name=op.f("pk_answer_sentiment")),
    )
    op.create_index("ix_answer_sentiment_created_at", "answer_sentiment", ["created_at"])
    op.add_column(
        "measurement_outcome", sa.Column("judged", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("measurement_outcome", "judged")
    op.drop_table("answer_sentiment")
