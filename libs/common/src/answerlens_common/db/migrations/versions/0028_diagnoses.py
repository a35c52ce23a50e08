"""A client's own questions: diagnoses, whose private collections are waited for beside those of orders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_OF_ORDERS = """
SELECT c.id AS collection_id FROM collection c
WHERE c.purpose = 'keyword_day' AND EXISTS (
    SELECT FROM measurement m JOIN measurement_engine e USING (order_id, date)
    WHERE m.keyword = c.keyword AND m.date = c.date AND e.engine = c.engine
        AND m.status IN ('queued', 'running') AND e.status = 'pending')
"""
_OF_DIAGNOSES = """
UNION ALL
SELECT c.id FROM collection c JOIN diagnosis d ON d.id = c.owner_id
WHERE c.purpose = 'diagnosis' AND d.status IN ('queued', 'running')
"""
_STATUSES = "status IN ('queued', 'running', 'completed', 'failed', 'cancelled')"


def upgrade() -> None:
    op.create_table(
        "diagnosis",
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("task_type", sa.String(50), server_default=sa.text("'brand_test'"), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("5"), nullable=False),
        sa.Column("status", sa.String(20), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("retry_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("worker_name", sa.String(100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_diagnosis_status")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_diagnosis_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnosis")),
    )
    op.create_index("ix_diagnosis_user_id_created_at", "diagnosis", ["user_id", sa.text("created_at DESC")])
    op.create_index("ix_diagnosis_status", "diagnosis", ["status"])
    op.create_index("ix_diagnosis_task_type", "diagnosis", ["task_type"])
    op.create_index("ix_diagnosis_created_at", "diagnosis", [sa.text("created_at DESC")])
    op.create_index("ix_diagnosis_priority", "diagnosis", [sa.text("priority DESC")])
    op.execute(f"CREATE OR REPLACE VIEW awaited_collection AS {_OF_ORDERS}{_OF_DIAGNOSES}")


def downgrade() -> None:
    op.execute(f"CREATE OR REPLACE VIEW awaited_collection AS {_OF_ORDERS}")
    op.drop_table("diagnosis")
