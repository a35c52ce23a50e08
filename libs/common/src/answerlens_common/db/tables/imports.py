"""Answers that were collected elsewhere, on their way from a file to a collection.

What is on the way goes: the file's pieces once it is cut, a batch's rows once they are checked, the checked rows once
they are joined. What was refused, and why, stays with the import.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from answerlens_common.contracts.statuses import AnswerStatus, ImportStatus
from answerlens_common.db.tables.base import NAME, checked, created, metadata, needed, when


def _of_import() -> Column[Any]:
    return Column("import_id", Uuid, ForeignKey("answer_import.id", ondelete="CASCADE"), primary_key=True)


# `request_sha256` is of the file and of what was asked with it: of a user's imports that have not come to nothing, no
# two have the same. `batches` is null until the file is cut; `ignored` names the columns that mean nothing here.
answer_import = Table(
    "answer_import",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    needed("status", String(20), "'receiving'"),
    needed("format", String(10)),
    needed("date", Date),
    Column("request_sha256", String(64)),
    Column("batches", Integer),
    needed("ignored", JSONB, "'[]'"),
    Column("result", JSONB),
    Column("error_message", Text),
    created(),
    when("completed_at"),
    checked("status", ImportStatus),
    Index(
        "uq_answer_import_request",
        "user_id",
        "request_sha256",
        unique=True,
        postgresql_where=text("status NOT IN ('failed', 'cancelled')"),
    ),
    Index("ix_answer_import_user_id_created_at", "user_id", text("created_at DESC"), text("id DESC")),
    Index(
        "ix_answer_import_open",
        "date",
        postgresql_where=text("status IN ('receiving', 'checking', 'analysing')"),
    ),
)

# The file as it came, in its order.
answer_import_piece = Table(
    "answer_import_piece",
    metadata,
    _of_import(),
    Column("number", Integer, primary_key=True),
    needed("content", LargeBinary),
)

# `rows` are as they were read, until they are checked.
answer_import_batch = Table(
    "answer_import_batch",
    metadata,
    _of_import(),
    Column("number", Integer, primary_key=True),
    needed("count", Integer),
    Column("rows", Text),
    when("checked_at"),
)

# Rows that can be taken, until all are joined. `mark` is the same for two that tell of one answer.
answer_import_row = Table(
    "answer_import_row",
    metadata,
    _of_import(),
    Column("line", Integer, primary_key=True),
    needed("batch", Integer),
    needed("engine", NAME),
    needed("question", Text),
    Column("number", Integer),
    Column("replicate", Integer),
    needed("mark", String(64)),
    needed("status", String(20)),
    needed("answer_text", Text),
    needed("folded_text", Text),
    needed("citations_known", Boolean),
    needed("links", JSONB, "'[]'"),
    when("asked_at"),
    Column("model", String(255)),
    Column("external_id", String(255)),
    checked("status", AnswerStatus),
)

answer_import_refusal = Table(
    "answer_import_refusal",
    metadata,
    _of_import(),
    Column("line", Integer, primary_key=True),
    needed("field", String(50), "''"),
    needed("reason", Text),
)
