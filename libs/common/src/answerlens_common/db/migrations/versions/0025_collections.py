"""The unit of work is a collection: a keyword's run becomes one kind of it.

What waits for a collection is told by two views, the only place that knows orders.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KEYWORD_COLLECTION = """
CREATE VIEW keyword_collection AS
SELECT id, keyword, engine, date, bank_version, surface, replicates, total, lane, status, profile_sha256, ok_share,
    task_id, retention, created_at, asked_at, completed_at
FROM collection WHERE purpose = 'keyword_day'
"""
_AWAITED_KEYWORD_DAY = """
CREATE VIEW awaited_keyword_day AS
SELECT DISTINCT m.keyword, m.date, e.engine FROM measurement m JOIN measurement_engine e USING (order_id, date)
WHERE m.status IN ('queued', 'running') AND e.status = 'pending'
"""
_AWAITED_COLLECTION = """
CREATE VIEW awaited_collection AS
SELECT c.id AS collection_id FROM collection c
WHERE c.purpose = 'keyword_day' AND EXISTS (
    SELECT FROM measurement m JOIN measurement_engine e USING (order_id, date)
    WHERE m.keyword = c.keyword AND m.date = c.date AND e.engine = c.engine
        AND m.status IN ('queued', 'running') AND e.status = 'pending')
"""

_VIEWS = {
    "keyword_collection": _KEYWORD_COLLECTION,
    "awaited_keyword_day": _AWAITED_KEYWORD_DAY,
    "awaited_collection": _AWAITED_COLLECTION,
}


def upgrade() -> None:
    """Turn runs into collections."""
    op.rename_table("collection_run", "collection")
    op.execute("ALTER SEQUENCE collection_run_id_seq RENAME TO collection_id_seq")
    op.execute("ALTER INDEX pk_collection_run RENAME TO pk_collection")
    for column in ("status", "date"):
        op.execute(f"ALTER INDEX ix_collection_run_{column} RENAME TO ix_collection_{column}")
    op.drop_constraint("uq_collection_run_keyword_engine_date", "collection", type_="unique")
    op.add_column("collection", sa.Column("purpose", sa.String(20), nullable=False, server_default="keyword_day"))
    op.alter_column("collection", "purpose", server_default=None)
    op.add_column("collection", sa.Column("owner_id", sa.Uuid()))
    op.add_column(
        "collection",
        sa.Column(
            "retention",
            sa.String(10),
            sa.Computed("CASE WHEN purpose = 'keyword_day' THEN 'shared' ELSE 'private' END", persisted=True),
            nullable=False,
        ),
    )
    for column in ("keyword", "bank_version"):
        op.alter_column("collection", column, nullable=True)
    for name, check in (
        ("purpose", "purpose IN ('keyword_day', 'diagnosis', 'import')"),
        (
            "keyword_or_owner",
            (
                "CASE WHEN purpose = 'keyword_day' THEN keyword IS NOT NULL AND bank_version IS NOT NULL"
                " AND owner_id IS NULL ELSE keyword IS NULL AND bank_version IS NULL AND owner_id IS NOT NULL END"
            ),
        ),
    ):
        op.create_check_constraint(op.f(f"ck_collection_{name}"), "collection", check)
    op.execute("ALTER TABLE collection RENAME CONSTRAINT ck_collection_run_status TO ck_collection_status")
    op.execute(
        "ALTER TABLE collection ADD CONSTRAINT uq_collection_purpose_keyword_date_engine_owner_id"
        " UNIQUE NULLS NOT DISTINCT (purpose, keyword, date, engine, owner_id)"
    )
    op.create_index(
        "ix_collection_owner_id", "collection", ["owner_id"], postgresql_where=sa.text("owner_id IS NOT NULL")
    )
    for view in _VIEWS.values():
        op.execute(view)


def downgrade() -> None:
    """Turn collections back into runs; private ones, which there were none of, go."""
    for view in _VIEWS:
        op.execute(f"DROP VIEW {view}")
    op.execute("DELETE FROM collection WHERE purpose <> 'keyword_day'")
    op.drop_constraint("uq_collection_purpose_keyword_date_engine_owner_id", "collection", type_="unique")
    op.drop_index("ix_collection_owner_id", table_name="collection")
    for name in ("purpose", "keyword_or_owner"):
        op.drop_constraint(op.f(f"ck_collection_{name}"), "collection", type_="check")
    op.execute("ALTER TABLE collection RENAME CONSTRAINT ck_collection_status TO ck_collection_run_status")
    for column in ("retention", "owner_id", "purpose"):
        op.drop_column("collection", column)
    for column in ("keyword", "bank_version"):
        op.alter_column("collection", column, nullable=False)
    op.create_unique_constraint("uq_collection_run_keyword_engine_date", "collection", ["keyword", "engine", "date"])
    for column in ("status", "date"):
        op.execute(f"ALTER INDEX ix_collection_{column} RENAME TO ix_collection_run_{column}")
    op.execute("ALTER INDEX pk_collection RENAME TO pk_collection_run")
    op.execute("ALTER SEQUENCE collection_id_seq RENAME TO collection_run_id_seq")
    op.rename_table("collection", "collection_run")
