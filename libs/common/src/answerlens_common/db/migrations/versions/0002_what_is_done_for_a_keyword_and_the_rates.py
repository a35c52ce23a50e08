"""What is done for a keyword, and the rates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A day's partitions: made when the first thing of a day is stored, and ahead of it by the scheduler.
ENSURE_ANSWER_DAY = """
CREATE FUNCTION ensure_answer_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    child text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['ai_answer', 'ai_link', 'question_score'] LOOP
        child := 'day_' || to_char(day, 'YYYYMMDD') || '_' || parent;
        IF to_regclass(child) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('ensure_answer_day'));
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                child, parent, day, day + 1
            );
        END IF;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE ai_answer_id_seq")
    op.create_table(
        "ai_answer",
        sa.Column("id", sa.BigInteger(), server_default=sa.text("nextval('ai_answer_id_seq')"), nullable=False),
        sa.Column("answer_date", sa.Date(), nullable=False),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("question_id", sa.String(length=100), nullable=False),
        sa.Column("question_text", sa.Text(), nullable=False),
        sa.Column("engine", sa.String(length=100), nullable=False),
        sa.Column("surface", sa.String(length=20), nullable=False),
        sa.Column("replicate", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("answer_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("folded_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reasoning", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("search_ran", sa.Boolean(), nullable=True),
        sa.Column("finish_reason", sa.String(length=50), nullable=True),
        sa.Column("queries", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", "answer_date", name=op.f("pk_ai_answer")),
        sa.UniqueConstraint(
            "keyword",
            "question_id",
            "engine",
            "answer_date",
            "replicate",
            name=op.f("uq_ai_answer_keyword_question_id_engine_answer_date_replicate"),
        ),
        postgresql_partition_by="RANGE (answer_date)",
    )
    op.create_index("ix_ai_answer_answer_date", "ai_answer", [sa.literal_column("answer_date DESC")], unique=False)
    op.create_index("ix_ai_answer_keyword_question_id", "ai_answer", ["keyword", "question_id"], unique=False)
    op.create_table(
        "ai_link",
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_date", sa.Date(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("link_url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("site", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("cited", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "answer_date", "position", name=op.f("pk_ai_link")),
        postgresql_partition_by="RANGE (answer_date)",
    )
    op.create_index("ix_ai_link_answer_id", "ai_link", ["answer_id"], unique=False)
    op.create_table(
        "bank",
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("built_date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=20), server_default=sa.text("'building'"), nullable=False),
        sa.Column("clusters", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("source_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("embedding_model", sa.String(length=255), server_default=sa.text("''"), nullable=False),
        sa.Column("llm_model", sa.String(length=255), server_default=sa.text("''"), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("keyword", "version", name=op.f("pk_bank")),
    )
    op.create_table(
        "collection_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("engine", sa.String(length=100), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("bank_version", sa.Integer(), nullable=False),
        sa.Column("surface", sa.String(length=20), nullable=False),
        sa.Column("replicates", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), server_default=sa.text("'collecting'"), nullable=False),
        sa.Column("ok_share", sa.Double(), nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_run")),
        sa.UniqueConstraint("keyword", "engine", "date", name=op.f("uq_collection_run_keyword_engine_date")),
    )
    op.create_index("ix_collection_run_status", "collection_run", ["status"], unique=False)
    op.create_table(
        "keyword_day",
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("bank_version", sa.Integer(), nullable=False),
        sa.Column("bank_stale", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("keyword", "date", name=op.f("pk_keyword_day")),
    )
    op.create_table(
        "measurement_outcome",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("engine", sa.String(length=100), nullable=False),
        sa.Column("outcomes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "date", "engine", name=op.f("pk_measurement_outcome")),
    )
    op.create_table(
        "question_bank",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("bank_version", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=100), nullable=False),
        sa.Column("cluster_id", sa.SmallInteger(), nullable=False),
        sa.Column("main_intent", sa.Text(), nullable=False),
        sa.Column("generated_question", sa.Text(), nullable=False),
        sa.Column("source_questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("branded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("anchor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_bank")),
        sa.UniqueConstraint(
            "keyword",
            "bank_version",
            "question_id",
            name=op.f("uq_question_bank_keyword_bank_version_question_id"),
        ),
    )
    op.create_index(
        "ix_question_bank_created_at", "question_bank", [sa.literal_column("created_at DESC")], unique=False
    )
    op.create_index("ix_question_bank_keyword_cluster_id", "question_bank", ["keyword", "cluster_id"], unique=False)
    op.create_table(
        "question_score",
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("question_id", sa.String(length=100), nullable=False),
        sa.Column("engine", sa.String(length=100), nullable=False),
        sa.Column("answer_date", sa.Date(), nullable=False),
        sa.Column("replicate", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("rubric_version", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint(
            "keyword", "question_id", "engine", "answer_date", "replicate", name=op.f("pk_question_score")
        ),
        postgresql_partition_by="RANGE (answer_date)",
    )
    op.create_index(
        "ix_question_score_answer_date",
        "question_score",
        [sa.literal_column("answer_date DESC")],
        unique=False,
    )
    op.create_index("ix_question_score_keyword_question_id", "question_score", ["keyword", "question_id"], unique=False)
    op.create_table(
        "zhihu_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("search_date", sa.Date(), nullable=False),
        sa.Column("question_text", sa.Text(), nullable=False),
        sa.Column("question_id", sa.String(length=100), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zhihu_question")),
        sa.UniqueConstraint(
            "keyword",
            "search_date",
            "question_id",
            name=op.f("uq_zhihu_question_keyword_search_date_question_id"),
        ),
    )
    op.create_index(
        "ix_zhihu_question_keyword_created_at",
        "zhihu_question",
        ["keyword", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_index("ix_zhihu_question_question_id", "zhihu_question", ["question_id"], unique=False)
    op.create_table(
        "mention_percentage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("brand_name", sa.String(length=255), nullable=False),
        sa.Column("keyword_name", sa.String(length=255), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("engine", sa.String(length=100), nullable=False),
        sa.Column("surface", sa.String(length=20), nullable=False),
        sa.Column("rates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("degraded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_mention_percentage_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_percentage")),
        sa.UniqueConstraint(
            "order_id",
            "engine",
            "date",
            "surface",
            name=op.f("uq_mention_percentage_order_id_engine_date_surface"),
        ),
    )
    op.create_index(
        "ix_mention_percentage_brand_keyword",
        "mention_percentage",
        ["brand_name", "keyword_name", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.execute(ENSURE_ANSWER_DAY)


def downgrade() -> None:
    op.execute("DROP FUNCTION ensure_answer_day")
    op.drop_index("ix_mention_percentage_brand_keyword", table_name="mention_percentage")
    op.drop_table("mention_percentage")
    op.drop_index("ix_zhihu_question_question_id", table_name="zhihu_question")
    op.drop_index("ix_zhihu_question_keyword_created_at", table_name="zhihu_question")
    op.drop_table("zhihu_question")
    op.drop_index("ix_question_score_keyword_question_id", table_name="question_score")
    op.drop_index("ix_question_score_answer_date", table_name="question_score")
    op.drop_table("question_score")
    op.drop_index("ix_question_bank_keyword_cluster_id", table_name="question_bank")
    op.drop_index("ix_question_bank_created_at", table_name="question_bank")
    op.drop_table("question_bank")
    op.drop_table("measurement_outcome")
    op.drop_table("keyword_day")
    op.drop_index("ix_collection_run_status", table_name="collection_run")
    op.drop_table("collection_run")
    op.drop_table("bank")
    op.drop_index("ix_ai_link_answer_id", table_name="ai_link")
    op.drop_table("ai_link")
    op.drop_index("ix_ai_answer_keyword_question_id", table_name="ai_answer")
    op.drop_index("ix_ai_answer_answer_date", table_name="ai_answer")
    op.drop_table("ai_answer")
    op.execute("DROP SEQUENCE ai_answer_id_seq")
