"""What replicas share in asking a language model."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(16, 8)


def upgrade() -> None:
    op.create_table(
        "llm_pace",
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("endpoint", name=op.f("pk_llm_pace")),
    )
    op.create_table(
        "llm_reply",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_llm_reply")),
    )
    op.create_index("ix_llm_reply_created_at", "llm_reply", ["created_at"])
    op.create_table(
        "llm_day",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("spent", MONEY, server_default=sa.text("0"), nullable=False),
        sa.Column("budget", MONEY, nullable=True),
        sa.Column("warned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_llm_day")),
    )
    op.create_table(
        "llm_reservation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_llm_reservation")),
    )
    op.create_index("ix_llm_reservation_date", "llm_reservation", ["date"])
    op.create_table(
        "llm_usage",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("task", sa.String(length=100), nullable=False),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("requests", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost", MONEY, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("date", "stage", "task", "keyword", "order_id", name=op.f("pk_llm_usage")),
    )


def downgrade() -> None:
    for table in ("llm_usage", "llm_reservation", "llm_day", "llm_reply", "llm_pace"):
        op.drop_table(table)
