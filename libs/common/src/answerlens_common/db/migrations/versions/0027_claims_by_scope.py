"""A claim is keyed by its scope: a keyword's day up to the plan, a collection after it, a job's slot for a chore.

Claims keep their token, attempts and holder. Those of a collection that has been dropped with its day are of no use to
a message, which finds no collection; they go.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_OF_DAYS = """
UPDATE claim SET scope = CASE WHEN keyword = '' THEN 'job:' || stage ELSE 'keyword:' || keyword END || ':' || date
WHERE engine = ''
"""
_OF_COLLECTIONS = """
UPDATE claim SET scope = 'collection:' || c.id
FROM collection c WHERE c.keyword = claim.keyword AND c.date = claim.date AND c.engine = claim.engine
"""
# `<question_id>#<replicate>` becomes `<number>#<replicate>`
_ITEMS = """
UPDATE claim SET item = q.number || '#' || substring(claim.item FROM '#([0-9]+)$')
FROM collection_question q
WHERE claim.stage = 'ask' AND claim.scope = 'collection:' || q.collection_id AND q.date = claim.date
    AND q.question_id || '#' || substring(claim.item FROM '#([0-9]+)$') = claim.item
"""
_ITEMS_BEFORE = """
UPDATE claim SET item = q.question_id || '#' || substring(claim.item FROM '#([0-9]+)$')
FROM collection_question q
WHERE claim.stage = 'ask' AND claim.scope = 'collection:' || q.collection_id AND q.date = claim.date
    AND q.number || '#' || substring(claim.item FROM '#([0-9]+)$') = claim.item
"""
_KEY_BEFORE = ["stage", "keyword", "date", "engine", "item"]


def upgrade() -> None:
    op.add_column("claim", sa.Column("scope", sa.String(300)))
    op.execute(_OF_DAYS)
    op.execute(_OF_COLLECTIONS)
    op.execute("DELETE FROM claim WHERE scope IS NULL")
    op.drop_constraint("uq_claim_stage_keyword_date_engine_item", "claim", type_="unique")
    op.execute(_ITEMS)
    op.alter_column("claim", "keyword", nullable=True)
    op.execute("UPDATE claim SET keyword = NULL WHERE keyword = ''")
    op.alter_column("claim", "scope", nullable=False)
    op.create_unique_constraint("uq_claim_stage_scope_item", "claim", ["stage", "scope", "item"])


def downgrade() -> None:
    op.drop_constraint("uq_claim_stage_scope_item", "claim", type_="unique")
    op.execute("DELETE FROM claim c USING collection of WHERE c.scope = 'collection:' || of.id AND of.keyword IS NULL")
    op.execute("UPDATE claim SET keyword = '' WHERE keyword IS NULL")
    op.alter_column("claim", "keyword", nullable=False)
    op.execute(_ITEMS_BEFORE)
    op.create_unique_constraint("uq_claim_stage_keyword_date_engine_item", "claim", _KEY_BEFORE)
    op.drop_column("claim", "scope")
