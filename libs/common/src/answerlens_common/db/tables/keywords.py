"""What is done once for a keyword and shared by every order on it."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
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

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.contracts.statuses import BankStatus
from answerlens_common.db.tables.base import KEYWORD, NAME, checked, created, identity, metadata, needed

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
    needed("origin", String(20), "'zhihu'"),
    created(),
    checked("origin", QuestionOrigin),
    UniqueConstraint("keyword", "search_date", "question_id"),
    Index("ix_zhihu_question_keyword_created_at", "keyword", text("created_at DESC")),
    Index("ix_zhihu_question_question_id", "question_id"),
    Index("ix_zhihu_question_search_date", "search_date"),
)

listed_question = Table(
    "listed_question",
    metadata,
    identity(),
    needed("keyword", KEYWORD),
    needed("question_id", NAME),
    needed("question_text", Text),
    needed("added_by", NAME),
    created(),
    UniqueConstraint("keyword", "question_id"),
)

bank = Table(
    "bank",
    metadata,
    Column("keyword", KEYWORD, primary_key=True),
    Column("version", Integer, primary_key=True),
    needed("built_date", Date),
    needed("status", String(20), "'building'"),
    needed("clusters", SmallInteger, "0"),
    needed("next_cluster", SmallInteger, "0"),
    needed("source_count", Integer, "0"),
    needed("origins", JSONB, "'{}'"),
    needed("embedding_model", String(255), "''"),
    needed("llm_model", String(255), "''"),
    needed("notes", JSONB, "'[]'"),
    needed("left_over", JSONB, "'[]'"),
    created(),
    checked("status", BankStatus),
    Index("ix_bank_ready", "built_date", postgresql_where=text("status = 'ready'")),
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
    needed("source_origins", JSONB, "'[]'"),
    needed("brands", JSONB, "'[]'"),
    needed("anchor", Boolean, "false"),
    created(),
    UniqueConstraint("keyword", "bank_version", "question_id"),
    Index("ix_question_bank_keyword_cluster_id", "keyword", "cluster_id"),
    Index("ix_question_bank_keyword_created_at", "keyword", "created_at"),
    Index("ix_question_bank_created_at", text("created_at DESC")),
)
