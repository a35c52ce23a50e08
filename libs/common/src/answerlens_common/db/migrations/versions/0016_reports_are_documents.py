"""Reports in versions, and measurements that were withdrawn."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_version",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.Date(), nullable=True),
        sa.Column("bodies", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_report_version_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "date", "version", name=op.f("pk_report_version")),
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("admin", sa.String(length=100), nullable=False),
        sa.Column("measured", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_withdrawal_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index("ix_withdrawal_order_id_date", "withdrawal", ["order_id", "date"])
    op.add_column(
        "measurement", sa.Column("why", sa.String(length=20), server_default=sa.text("'measured'"), nullable=False)
    )
    op.add_column("measurement", sa.Column("report_version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    # what has ended without a report: those of before, until order-api has filed them
    op.create_index(
        "ix_measurement_unreported",
        "measurement",
        ["order_id", "date"],
        postgresql_where=sa.text("report_version = 0 AND status IN ('completed', 'failed')"),
    )
    op.create_index(
        "ix_measurement_withdrawn", "measurement", ["date"], postgresql_where=sa.text("status = 'withdrawn'")
    )


def downgrade() -> None:
    op.drop_index("ix_measurement_withdrawn", table_name="measurement")
    op.drop_index("ix_measurement_unreported", table_name="measurement")
    op.drop_column("measurement", "report_version")
    op.drop_column("measurement", "why")
    op.drop_table("withdrawal")
    op.drop_table("report_version")
