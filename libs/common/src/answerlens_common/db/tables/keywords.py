"""What is done once for a keyword and shared by every order on it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from answerlens_common.db.tables.base import KEYWORD, NAME, created, identity, metadata, needed, when

keyword_day = Table(
    "keyword_day",
    metadata,
    Column("keyword", KEYWORD, primary_key=True),
    Column("date", Date, primary_key=True),
    needed("bank_version", Integer),
    needed("bank_stale", Boolean, "false"),
    created(),
)

zhihu_question = Table(
    "zhihu_question",
    metadata,
    identity(),
    needed("keyword", KEYWORD),
    needed("search_date", Date),
    needed("question_text", Text),
    needed("question_id", NAME),
    needed("source_url", Text),
    created(),
    UniqueConstraint("keyword", "search_date", "question_id"),
    Index("ix_zhihu_question_keyword_created_at", "keyword", text("created_at DESC")),
    Index("ix_zhihu_question_question_id", "question_id"),
)

bank = Table(
    "bank",
    metadata,
    Column("keyword", KEYWORD, primary_key=True),
    Column("version", Integer, primary_key=True),
    needed("built_date", Date),
    needed("status", String(20), "'building'"),
    needed("clusters", SmallInteger, "0"),
    needed("source_count", Integer, "0"),
    needed("embedding_model", String(255), "''"),
    needed("llm_model", String(255), "''"),
    needed("notes", JSONB, "'[]'"),
    created(),
)

question_bank = Table(
    "question_bank",
    metadata,
    identity(),
    needed("keyword", KEYWORD),
    needed("bank_version", Integer),
    needed("question_id", NAME),
    needed("cluster_id", SmallInteger),
    needed("main_intent", Text),
    needed("generated_question", Text),
    needed("source_questions", JSONB),
    needed("branded", Boolean, "false"),
    needed("anchor", Boolean, "false"),
    created(),
    UniqueConstraint("keyword", "bank_version", "question_id"),
    Index("ix_question_bank_keyword_cluster_id", "keyword", "cluster_id"),
    Index("ix_question_bank_created_at", text("created_at DESC")),
)

collection_run = Table(
    "collection_run",
    metadata,
    identity(),
    needed("keyword", KEYWORD),
    needed("engine", NAME),
    needed("date", Date),
    needed("bank_version", Integer),
    needed("surface", String(20)),
    needed("replicates", SmallInteger, "1"),
    needed("total", Integer),
    needed("lane", String(10)),
    needed("status", String(20), "'collecting'"),
    Column("ok_share", Double),
    Column("task_id", BigInteger),
    created(),
    when("completed_at"),
    UniqueConstraint("keyword", "engine", "date"),
    Index("ix_collection_run_status", "status"),
)

ai_answer = Table(
    "ai_answer",
    metadata,
    Column("id", BigInteger, server_default=text("nextval('ai_answer_id_seq')"), primary_key=True),
    Column("answer_date", Date, primary_key=True),
    needed("keyword", KEYWORD),
    needed("question_id", NAME),
    needed("question_text", Text),
    needed("engine", NAME),
    needed("surface", String(20)),
    needed("replicate", SmallInteger, "1"),
    needed("status", String(20)),
    needed("answer_text", Text, "''"),
    needed("folded_text", Text, "''"),
    needed("reasoning", Text, "''"),
    Column("search_ran", Boolean),
    Column("finish_reason", String(50)),
    needed("queries", JSONB, "'[]'"),
    Column("error", Text),
    Column("duration", Double),
    created(),
    UniqueConstraint("keyword", "question_id", "engine", "answer_date", "replicate"),
    Index("ix_ai_answer_keyword_question_id", "keyword", "question_id"),
    Index("ix_ai_answer_answer_date", text("answer_date DESC")),
    postgresql_partition_by="RANGE (answer_date)",
)

ai_link = Table(
    "ai_link",
    metadata,
    Column("answer_id", BigInteger, primary_key=True),
    Column("answer_date", Date, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    needed("link_url", Text),
    needed("title", Text, "''"),
    needed("site", Text, "''"),
    needed("cited", Boolean),
    created(),
    Index("ix_ai_link_answer_id", "answer_id"),
    postgresql_partition_by="RANGE (answer_date)",
)

question_score = Table(
    "question_score",
    metadata,
    Column("keyword", KEYWORD, primary_key=True),
    Column("question_id", NAME, primary_key=True),
    Column("engine", NAME, primary_key=True),
    Column("answer_date", Date, primary_key=True),
    Column("replicate", SmallInteger, primary_key=True),
    needed("score", SmallInteger),
    needed("rubric_version", String(20)),
    created(),
    Index("ix_question_score_keyword_question_id", "keyword", "question_id"),
    Index("ix_question_score_answer_date", text("answer_date DESC")),
    postgresql_partition_by="RANGE (answer_date)",
)
