"""Questions about keywords that an admin has listed."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "listed_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("keyword", sa.String(255), nullable=False),
        sa.Column("question_id", sa.String(100), nullable=False),
        sa.Column("question_text", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_question")),
        sa.UniqueConstraint("keyword", "question_id", name=op.f("uq_listed_question_keyword_question_id")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("listed_question")
