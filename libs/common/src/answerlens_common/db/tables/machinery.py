"""Messages to publish, claims on shared work, the log of tasks, the scheduler."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
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

from answerlens_common.contracts.statuses import ClaimStatus, SlotStatus, TaskStatus
from answerlens_common.db.tables.base import KEYWORD, NAME, checked, created, identity, metadata, needed, when

outbox = Table(
    "outbox",
    metadata,
    identity(),
    needed("message_id", Uuid, "gen_random_uuid()"),
    needed("routing_key", Text),
    needed("body", Text),
    needed("priority", SmallInteger, "5"),
    created(),
    when("published_at"),
    when("claimed_until"),
    Index("ix_outbox_pending", text("priority DESC"), "id", postgresql_where=text("published_at IS NULL")),
    Index("ix_outbox_published_at", "published_at"),
    Index("ix_outbox_analysed", "id", postgresql_where=text("routing_key LIKE 'collection.analysed.%'")),
)

# What `lease_until` says goes with the status. held: until when the holder owns the claim. waiting: until when only its
# own message may go on; null when any may. failed: until when its holder has to publish the failure and move the
# message away; null when that is done. done: null.
claim = Table(
    "claim",
    metadata,
    identity(),
    needed("stage", String(20)),
    needed("scope", String(300)),
    needed("item", NAME, "''"),
    Column("keyword", KEYWORD),
    needed("date", Date),
    needed("engine", NAME, "''"),
    needed("status", String(20), "'held'"),
    needed("token", BigInteger, "1"),
    Column("holder", Text),
    when("lease_until"),
    needed("join_count", Integer, "1"),
    needed("lane", String(10)),
    needed("attempts", Integer, "1"),
    needed("external_call_made", Boolean, "true"),
    Column("task_id", BigInteger),
    created(),
    checked("status", ClaimStatus),
    UniqueConstraint("stage", "scope", "item"),
    Index("ix_claim_date", "date"),
    # not by lease: each renewal would write every index of the table
    Index("ix_claim_open", "date", "keyword", postgresql_where=text("status <> 'done'")),
)

task_log = Table(
    "task_log",
    metadata,
    identity(),
    Column("order_id", Uuid),
    needed("keyword", KEYWORD),
    needed("date", Date),
    needed("engine", NAME, "''"),
    needed("task_type", String(50)),
    needed("status", String(20), "'running'"),
    needed("retry_count", Integer, "0"),
    Column("error_message", Text),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    when("completed_at"),
    Column("duration", Double),
    Column("progress_checkpoint", JSONB),
    needed("processed_items", Integer, "0"),
    needed("total_items", Integer, "0"),
    when("last_checkpoint_time"),
    created(),
    checked("status", TaskStatus),
    Index("ix_task_log_order_id", "order_id"),
    Index("ix_task_log_status_started_at", "status", text("started_at DESC"), text("id DESC")),
    Index("ix_task_log_keyword_date", "keyword", "date"),
    Index("ix_task_log_started_at", text("started_at DESC")),
)

job_slot = Table(
    "job_slot",
    metadata,
    Column("job", String(50), primary_key=True),
    Column("slot", String(40), primary_key=True),
    needed("status", String(20), "'fired'"),
    needed("fencing_token", BigInteger, "0"),
    needed("reached", Text, "''"),
    created(),
    checked("status", SlotStatus),
)

leader = Table(
    "leader",
    metadata,
    Column("name", String(50), primary_key=True),
    needed("holder", Text),
    needed("token", BigInteger),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=False),
    # name alone is unique; this makes the token part of what FOR KEY SHARE locks
    UniqueConstraint("name", "token"),
)

rate_limit = Table(
    "rate_limit",
    metadata,
    Column("name", Text, primary_key=True),
    Column("full_at", DateTime(timezone=True), nullable=False),
    prefixes=["UNLOGGED"],  # a write for every request of the API: without a wait for the disk
)

breaker = Table(
    "breaker",
    metadata,
    Column("name", NAME, primary_key=True),
    needed("threshold", Integer),
    needed("open_seconds", Double),
    needed("failures", Integer, "0"),
    when("last_failure_at"),
    when("opened_at"),
    Column("probe", Uuid),
    when("probe_until"),
)
