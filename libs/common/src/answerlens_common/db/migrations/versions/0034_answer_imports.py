"""Answers that were collected elsewhere: imports, whose private collections are waited for beside those of diagnoses.

A file may have more rows than a small integer counts, so the number of a question is an integer everywhere. An answer
keeps what its file says of it. The owner of a subject is a diagnosis or an import, so no foreign key says which.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_NUMBERED = ("collection_question", "ai_answer", "ai_link", "question_score")
_VIEWS = {
    "keyword_answer": """
SELECT collection_id, number, replicate, answer_date, id, keyword, question_id, question_text, engine, surface, status,
    answer_text, folded_text, reasoning, search_ran, citations_known, finish_reason, queries, error, duration,
    created_at, requested_model, served_model
FROM ai_answer WHERE retention = 'shared'
""",
    "keyword_link": """
SELECT collection_id, number, replicate, answer_date, position, link_url, title, site, cited, created_at
FROM ai_link WHERE retention = 'shared'
""",
    "keyword_score": """
SELECT collection_id, number, replicate, answer_date, keyword, question_id, engine, score, rubric_version, model,
    created_at
FROM question_score WHERE retention = 'shared'
""",
}
_ADDED: dict[str, sa.types.TypeEngine[Any]] = {
    "asked_at": sa.DateTime(timezone=True),
    "external_id": sa.String(255),
}

_AWAITED_BEFORE = """
SELECT c.id AS collection_id FROM collection c
WHERE c.purpose = 'keyword_day' AND EXISTS (
    SELECT FROM measurement m JOIN measurement_engine e USING (order_id, date)
    WHERE m.keyword = c.keyword AND m.date = c.date AND e.engine = c.engine
        AND m.status IN ('queued', 'running') AND e.status = 'pending')
UNION ALL
SELECT c.id FROM collection c JOIN diagnosis d ON d.id = c.owner_id
WHERE c.purpose = 'diagnosis' AND d.status IN ('queued', 'running')
"""
_AWAITED_BY_IMPORTS = """
UNION ALL
SELECT c.id FROM collection c JOIN answer_import i ON i.id = c.owner_id
WHERE c.purpose = 'import' AND i.status = 'analysing'
"""
_STATUSES = "status IN ('receiving', 'checking', 'analysing', 'completed', 'failed', 'cancelled')"


def upgrade() -> None:
    _number(sa.Integer())
    for name, kind in _ADDED.items():
        op.add_column("ai_answer", sa.Column(name, kind, nullable=True))
    op.drop_constraint("fk_subject_owner_id", "subject", type_="foreignkey")
    _imports()
    for name, columns in _PARTS.items():
        first, *others = columns()
        op.create_table(
            name,
            sa.Column("import_id", sa.Uuid(), nullable=False),
            first,
            *others,
            sa.ForeignKeyConstraint(
                ["import_id"], ["answer_import.id"], name=op.f(f"fk_{name}_import_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("import_id", first.name, name=op.f(f"pk_{name}")),
        )
    op.create_check_constraint(
        op.f("ck_answer_import_row_status"),
        "answer_import_row",
        "status IN ('ok', 'failed', 'refused', 'captcha', 'login_required', 'empty')",
    )
    op.execute(f"CREATE OR REPLACE VIEW awaited_collection AS {_AWAITED_BEFORE}{_AWAITED_BY_IMPORTS}")


def _number(kind: sa.types.TypeEngine[int]) -> None:
    for view in _VIEWS:
        op.execute(f"DROP VIEW {view}")
    for table in _NUMBERED:
        op.alter_column(table, "number", type_=kind)
    for view, select in _VIEWS.items():
        op.execute(f"CREATE VIEW {view} AS {select}")


def _imports() -> None:
    op.create_table(
        "answer_import",
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(20), server_default=sa.text("'receiving'"), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=True),
        sa.Column("batches", sa.Integer(), nullable=True),
        sa.Column("ignored", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_answer_import_status")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_answer_import_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_import")),
    )
    op.create_index(
        "uq_answer_import_request",
        "answer_import",
        ["user_id", "request_sha256"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('failed', 'cancelled')"),
    )
    op.create_index(
        "ix_answer_import_user_id_created_at",
        "answer_import",
        ["user_id", sa.text("created_at DESC"), sa.text("id DESC")],
    )
    op.create_index(
        "ix_answer_import_open",
        "answer_import",
        ["date"],
        postgresql_where=sa.text("status IN ('receiving', 'checking', 'analysing')"),
    )


def _pieces() -> list[sa.Column[Any]]:
    return [sa.Column("number", sa.Integer(), nullable=False), sa.Column("content", sa.LargeBinary(), nullable=False)]


def _batches() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _rows() -> list[sa.Column[Any]]:
    return [
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(100), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("replicate", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("folded_text", sa.Text(), nullable=False),
        sa.Column("citations_known", sa.Boolean(), nullable=False),
        sa.Column("links", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("model", sa.String(255), nullable=True),
        sa.Column("external_id", sa.String(255), nullable=True),
    ]


def _refusals() -> list[sa.Column[Any]]:
    return [
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(50), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    ]


_PARTS = {
    "answer_import_piece": _pieces,
    "answer_import_batch": _batches,
    "answer_import_row": _rows,
    "answer_import_refusal": _refusals,
}


def downgrade() -> None:
    """Drop imports, with what they brought."""
    op.execute(f"CREATE OR REPLACE VIEW awaited_collection AS {_AWAITED_BEFORE}")
    for table in ("ai_answer", "ai_link", "question_score", "collection_question"):
        op.execute(
            f"DELETE FROM {table} t USING collection c WHERE c.id = t.collection_id AND t.retention = 'private'"  # noqa: S608
            " AND c.purpose = 'import'"
        )
    op.execute("DELETE FROM collection WHERE purpose = 'import'")
    op.execute("DELETE FROM subject WHERE owner_id IN (SELECT id FROM answer_import)")
    for name in reversed(_PARTS):
        op.drop_table(name)
    op.drop_table("answer_import")
    op.create_foreign_key(op.f("fk_subject_owner_id"), "subject", "diagnosis", ["owner_id"], ["id"], ondelete="CASCADE")
    for name in _ADDED:
        op.drop_column("ai_answer", name)
    _number(sa.SmallInteger())
