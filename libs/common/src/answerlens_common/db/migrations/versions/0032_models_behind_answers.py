"""Which model an API was asked for, which one it says has answered, and what the answer took."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_COLUMNS = ("requested_model", "served_model", "prompt_tokens", "completion_tokens", "cost")
_BEFORE = """
CREATE VIEW keyword_answer AS
SELECT collection_id, number, replicate, answer_date, id, keyword, question_id, question_text, engine, surface, status,
    answer_text, folded_text, reasoning, search_ran, citations_known, finish_reason, queries, error, duration,
    created_at
FROM ai_answer WHERE retention = 'shared'
"""
_TODAY = _BEFORE.replace("created_at\n", "created_at, requested_model, served_model\n")


def upgrade() -> None:
    """Add the columns: those of old answers are null, and no row is written."""
    for name in ("requested_model", "served_model"):
        op.add_column("ai_answer", sa.Column(name, sa.String(255)))
    for name in ("prompt_tokens", "completion_tokens"):
        op.add_column("ai_answer", sa.Column(name, sa.Integer()))
    op.add_column("ai_answer", sa.Column("cost", sa.Double()))
    op.execute(_TODAY.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))


def downgrade() -> None:
    """Take them out again."""
    op.execute("DROP VIEW keyword_answer")
    for name in _COLUMNS:
        op.drop_column("ai_answer", name)
    op.execute(_BEFORE)
