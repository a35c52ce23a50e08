"""What a client asks of engines with questions of its own."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from answerlens_common.contracts.statuses import DiagnosisStatus
from answerlens_common.db.tables.base import NAME, checked, created, metadata, needed, when

# `payload` is what the client sent; its questions are those of its private collections, and go with them.
diagnosis = Table(
    "diagnosis",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    needed("task_type", String(50), "'brand_test'"),
    needed("priority", SmallInteger, "5"),
    needed("status", String(20), "'queued'"),
    needed("payload", JSONB),
    Column("result", JSONB),
    Column("error_message", Text),
    needed("retry_count", Integer, "0"),
    Column("worker_name", NAME),
    created(),
    when("started_at"),
    when("completed_at"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    checked("status", DiagnosisStatus),
    Index("ix_diagnosis_user_id_created_at", "user_id", text("created_at DESC")),
    Index("ix_diagnosis_status", "status"),
    Index("ix_diagnosis_task_type", "task_type"),
    Index("ix_diagnosis_created_at", text("created_at DESC")),
    Index("ix_diagnosis_priority", text("priority DESC")),
)
