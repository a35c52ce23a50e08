"""Where source questions come from, on the question, in the bank and with each of its questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ORIGINS = ("zhihu", "zhihu_page", "zhihu_api", "list", "model")


def upgrade() -> None:
    """Add the columns. What is there came from Zhihu; by its page or its interface was not kept."""
    listed = ", ".join(f"'{origin}'" for origin in _ORIGINS)
    op.add_column(
        "zhihu_question", sa.Column("origin", sa.String(20), server_default=sa.text("'zhihu'"), nullable=False)
    )
    op.create_check_constraint(op.f("ck_zhihu_question_origin"), "zhihu_question", f"origin IN ({listed})")
    op.add_column("bank", sa.Column("origins", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column(
        "question_bank", sa.Column("source_origins", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
    )


def downgrade() -> None:
    """Take them out again."""
    op.drop_column("question_bank", "source_origins")
    op.drop_column("bank", "origins")
    op.drop_constraint(op.f("ck_zhihu_question_origin"), "zhihu_question")
    op.drop_column("zhihu_question", "origin")
