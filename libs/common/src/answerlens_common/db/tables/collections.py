"""Questions put to an engine, and what it answered.

A collection is the unit of work from the plan on: a keyword's day on an engine, which every order on it shares, or the
questions of one client. Its questions, answers, links and scores are kept in partitions by class (`retention`) and day,
so that a day of one class is dropped without touching the other.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from answerlens_common.contracts.collections import Purpose
from answerlens_common.contracts.statuses import AnswerStatus, CollectionStatus
from answerlens_common.db.tables.base import KEYWORD, NAME, checked, created, identity, metadata, needed, when

CLASS = String(10)

# `owner_id` is the diagnosis or the import that a private collection belongs to.
collection = Table(
    "collection",
    metadata,
    identity(),
    needed("purpose", String(20)),
    Column("keyword", KEYWORD),
    Column("owner_id", Uuid),
    needed("engine", NAME),
    needed("date", Date),
    Column("bank_version", Integer),
    needed("surface", String(20)),
    needed("replicates", SmallInteger, "1"),
    needed("total", Integer),
    needed("lane", String(10)),
    needed("status", String(20), "'collecting'"),
    needed("profile_sha256", Text, "''"),
    Column("ok_share", Double),
    Column("task_id", BigInteger),
    Column(
        "retention",
        CLASS,
        Computed("CASE WHEN purpose = 'keyword_day' THEN 'shared' ELSE 'private' END", persisted=True),
        nullable=False,
    ),
    created(),
    Column("taken_up_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    when("asked_at"),
    when("completed_at"),
    UniqueConstraint("purpose", "keyword", "date", "engine", "owner_id", postgresql_nulls_not_distinct=True),
    checked("purpose", Purpose),
    checked("status", CollectionStatus),
    CheckConstraint(
        "CASE WHEN purpose = 'keyword_day' THEN keyword IS NOT NULL AND bank_version IS NOT NULL"
        " AND owner_id IS NULL ELSE keyword IS NULL AND bank_version IS NULL AND owner_id IS NOT NULL END",
        name="keyword_or_owner",
    ),
    Index("ix_collection_status", "status"),
    Index("ix_collection_date", "date"),
    Index("ix_collection_owner_id", "owner_id", postgresql_where=text("owner_id IS NOT NULL")),
)

# `question_id` is stable over days and banks; a client's own question has none.
collection_question = Table(
    "collection_question",
    metadata,
    Column("collection_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("retention", CLASS, primary_key=True),
    Column("date", Date, primary_key=True),
    Column("question_id", NAME),
    needed("text", Text),
    needed("cluster", SmallInteger, "0"),
    needed("intent", Text, "''"),
    needed("anchor", Boolean, "false"),
    postgresql_partition_by="LIST (retention)",
)

# `id` tells the order in which answers came.
ai_answer = Table(
    "ai_answer",
    metadata,
    Column("collection_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("replicate", SmallInteger, primary_key=True, server_default=text("1")),
    Column("retention", CLASS, primary_key=True),
    Column("answer_date", Date, primary_key=True),
    Column("id", BigInteger, server_default=text("nextval('ai_answer_id_seq')"), nullable=False),
    Column("keyword", KEYWORD),
    Column("question_id", NAME),
    needed("question_text", Text),
    needed("engine", NAME),
    needed("surface", String(20)),
    needed("status", String(20)),
    needed("answer_text", Text, "''"),
    needed("folded_text", Text, "''"),
    needed("reasoning", Text, "''"),
    Column("search_ran", Boolean),
    needed("citations_known", Boolean, "true"),
    Column("finish_reason", String(50)),
    needed("queries", JSONB, "'[]'"),
    Column("error", Text),
    Column("duration", Double),
    created(),
    Column("requested_model", String(255)),
    Column("served_model", String(255)),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("cost", Double),
    # of an answer that was collected elsewhere, as its file says: when it was given, and its name there
    when("asked_at"),
    Column("external_id", String(255)),
    checked("status", AnswerStatus),
    Index("ix_ai_answer_keyword_question_id", "keyword", "question_id"),
    Index("ix_ai_answer_answer_date", text("answer_date DESC")),
    Index("ix_ai_answer_keyword_created_at", "keyword", "created_at"),
    Index("ix_ai_answer_engine_created_at", "engine", "created_at"),
    postgresql_partition_by="LIST (retention)",
)

ai_link = Table(
    "ai_link",
    metadata,
    Column("collection_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("replicate", SmallInteger, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("retention", CLASS, primary_key=True),
    Column("answer_date", Date, primary_key=True),
    needed("link_url", Text),
    needed("title", Text, "''"),
    needed("site", Text, "''"),
    needed("cited", Boolean),
    created(),
    postgresql_partition_by="LIST (retention)",
)

question_score = Table(
    "question_score",
    metadata,
    Column("collection_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("replicate", SmallInteger, primary_key=True),
    Column("retention", CLASS, primary_key=True),
    Column("answer_date", Date, primary_key=True),
    Column("keyword", KEYWORD),
    Column("question_id", NAME),
    needed("engine", NAME),
    needed("score", SmallInteger),
    needed("rubric_version", String(20)),
    needed("model", String(255), "''"),
    created(),
    Index("ix_question_score_keyword_question_id", "keyword", "question_id"),
    Index("ix_question_score_answer_date", text("answer_date DESC")),
    Index("ix_question_score_keyword_created_at", "keyword", "created_at"),
    postgresql_partition_by="LIST (retention)",
)
