"""The brands of a diagnosis, which of its private collections they wait for, and what was found of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_STATUSES = "status IN ('pending', 'analysed', 'failed', 'cancelled')"
# Diagnoses from before, which only tests have opened: their brands were names alone, and nothing checked them.
_BRANDS = """
INSERT INTO subject (owner_id, place, brand)
SELECT d.id, row_number() OVER (PARTITION BY d.id ORDER BY named.place), jsonb_build_object('name', named.name)
FROM diagnosis d, jsonb_array_elements_text(
    CASE jsonb_typeof(d.payload -> 'brands') WHEN 'array' THEN d.payload -> 'brands' ELSE '[]' END
) WITH ORDINALITY AS named (name, place)
WHERE btrim(named.name) <> ''
"""
_WAITING = """
INSERT INTO collection_subject (collection_id, subject_id, status)
SELECT c.id, s.id, CASE WHEN d.status IN ('queued', 'running') THEN 'pending' ELSE 'cancelled' END
FROM subject s JOIN diagnosis d ON d.id = s.owner_id
JOIN collection c ON c.owner_id = d.id AND c.purpose = 'diagnosis'
"""
_WITHOUT_BRANDS = """
UPDATE diagnosis d SET status = 'failed', completed_at = now(), updated_at = now(),
    error_message = '没有可以查找的品牌。 There is no brand to look for.'
WHERE status IN ('queued', 'running') AND NOT EXISTS (SELECT FROM subject WHERE owner_id = d.id)
"""


def upgrade() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("brand", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_subject_place")),
        sa.CheckConstraint("COALESCE(brand ->> 'name', '') <> ''", name=op.f("ck_subject_named")),
        sa.ForeignKeyConstraint(["owner_id"], ["diagnosis.id"], name=op.f("fk_subject_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("owner_id", "place", name=op.f("uq_subject_owner_id_place")),
    )
    op.create_table(
        "collection_subject",
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("error_stage", sa.String(40), nullable=True),
        sa.Column("error_code", sa.String(40), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_collection_subject_status")),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_collection_subject_collection_id"),
            ondelete="CASCADE",
        ),
        _of_subject("collection_subject"),
        sa.PrimaryKeyConstraint("collection_id", "subject_id", name=op.f("pk_collection_subject")),
    )
    op.create_index("ix_collection_subject_subject_id", "collection_subject", ["subject_id"])
    op.create_table(
        "subject_outcome",
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("outcomes", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        _of_subject("subject_outcome"),
        sa.PrimaryKeyConstraint("subject_id", "collection_id", name=op.f("pk_subject_outcome")),
    )
    op.create_table(
        "subject_rate",
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("engine", sa.String(100), nullable=False),
        sa.Column("surface", sa.String(20), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("rates", postgresql.JSONB(), nullable=False),
        sa.Column("head_to_head", postgresql.JSONB(), nullable=False),
        sa.Column("degraded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        _of_subject("subject_rate"),
        sa.PrimaryKeyConstraint("subject_id", "collection_id", name=op.f("pk_subject_rate")),
    )
    op.execute(_BRANDS)
    op.execute(_WAITING)
    op.execute(_WITHOUT_BRANDS)


def _of_subject(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subject_id"], ["subject.id"], name=op.f(f"fk_{table}_subject_id"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("subject_rate", "subject_outcome", "collection_subject", "subject"):
        op.drop_table(table)
