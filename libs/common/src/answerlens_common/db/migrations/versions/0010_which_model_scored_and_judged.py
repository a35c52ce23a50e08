"""Which language model gave a score, and which said what an answer thinks of a brand; "" for those of before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("question_score", "answer_sentiment"):
        op.add_column(table, sa.Column("model", sa.String(length=255), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    for table in ("question_score", "answer_sentiment"):
        op.drop_column(table, "model")
