"""Indexes that jobs and lists need when the database is full: docs/size.md says how long making them takes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# name, table, columns, of which rows
_NEW = (
    ("ix_zhihu_question_search_date", "zhihu_question", ["search_date"], None),
    ("ix_bank_ready", "bank", ["built_date"], "status = 'ready'"),
    ("ix_question_bank_keyword_created_at", "question_bank", ["keyword", "created_at"], None),
    ("ix_collection_run_date", "collection_run", ["date"], None),
    ("ix_ai_answer_keyword_created_at", "ai_answer", ["keyword", "created_at"], None),
    ("ix_ai_answer_engine_created_at", "ai_answer", ["engine", "created_at"], None),
    ("ix_question_score_keyword_created_at", "question_score", ["keyword", "created_at"], None),
    ("ix_outbox_published_at", "outbox", ["published_at"], None),
    ("ix_outbox_analysed", "outbox", ["id"], "routing_key LIKE 'keyword.analysed.%'"),
    ("ix_claim_date", "claim", ["date"], None),
    ("ix_claim_open", "claim", ["date", "keyword"], "status <> 'done'"),
    ("ix_task_log_status_started_at", "task_log", ["status", "started_at DESC", "id DESC"], None),
    ("ix_task_log_keyword_date", "task_log", ["keyword", "date"], None),
    ("ix_orders_user_id_status_created_at", "orders", ["user_id", "status", "created_at DESC", "id DESC"], None),
    ("ix_orders_status_created_at", "orders", ["status", "created_at DESC", "id DESC"], None),
    ("ix_orders_keyword_created_at", "orders", ["keyword", "created_at DESC", "id DESC"], None),
    ("ix_orders_created_at", "orders", ["created_at DESC", "id DESC"], None),
    ("ix_orders_live", "orders", ["keyword"], "live"),
    ("ix_measurement_open", "measurement", ["keyword", "date"], "status IN ('queued', 'running')"),
    ("ix_measurement_engine_pending", "measurement_engine", ["order_id", "date"], "status = 'pending'"),
    ("ix_notification_user_id_read_id", "notification", ["user_id", "read", "id DESC"], None),
    ("ix_measurement_outcome_unjudged", "measurement_outcome", ["date", "engine"], "NOT judged"),
)
# Each is the beginning of a new one, or found nothing but what a new one holds.
_OLD = (
    ("ix_task_log_status", "task_log", ["status"]),
    ("ix_orders_status", "orders", ["status"]),
    ("ix_measurement_status", "measurement", ["status"]),
    ("ix_notification_user_id_read", "notification", ["user_id", "read"]),
)


def upgrade() -> None:
    for name, table, columns, which in _NEW:
        # as SQL text, since a column may say DESC
        op.create_index(name, table, [sa.text(each) for each in columns], postgresql_where=which and sa.text(which))
    for name, table, _ in _OLD:
        op.drop_index(name, table_name=table)


def downgrade() -> None:
    for name, table, columns in _OLD:
        op.create_index(name, table, columns)
    for name, table, _, _ in reversed(_NEW):
        op.drop_index(name, table_name=table)
