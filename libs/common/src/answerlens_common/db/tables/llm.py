"""What all replicas share in asking a language model: the pace, the day's budget, the ledger, the replies."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)

from answerlens_common.db.tables.base import KEYWORD, NAME, created, identity, metadata, needed, when

MONEY = Numeric(16, 8)

llm_pace = Table(
    "llm_pace",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("free_at", DateTime(timezone=True), nullable=False),
    when("paused_until"),
)

llm_reply = Table(
    "llm_reply",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("reply", Text),
    Column("holder", Uuid, nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=False),
    created(),
    Index("ix_llm_reply_created_at", "created_at"),
)

answer_sentiment = Table(
    "answer_sentiment",
    metadata,
    Column("answer_sha256", String(64), primary_key=True),
    Column("brand_name", String(255), primary_key=True),
    Column("version", String(20), primary_key=True),
    needed("sentiment", SmallInteger),
    needed("model", String(255), "''"),
    created(),
    Index("ix_answer_sentiment_created_at", "created_at"),
)

llm_day = Table(
    "llm_day",
    metadata,
    Column("date", Date, primary_key=True),
    needed("spent", MONEY, "0"),
    Column("budget", MONEY),
    needed("warned", Boolean, "false"),
    needed("stopped", Boolean, "false"),
)

llm_reservation = Table(
    "llm_reservation",
    metadata,
    identity(),
    needed("date", Date),
    needed("amount", MONEY),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("ix_llm_reservation_date", "date"),
)

llm_usage = Table(
    "llm_usage",
    metadata,
    Column("date", Date, primary_key=True),
    Column("stage", String(20), primary_key=True),
    Column("task", NAME, primary_key=True),
    Column("keyword", KEYWORD, primary_key=True),
    Column("order_id", String(36), primary_key=True),
    needed("requests", Integer, "0"),
    needed("prompt_tokens", BigInteger, "0"),
    needed("completion_tokens", BigInteger, "0"),
    needed("cost", MONEY, "0"),
)
