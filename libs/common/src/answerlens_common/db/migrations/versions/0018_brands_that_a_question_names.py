"""Which brands a question of a bank names, in place of whether it named one of an order's.

A bank is shared: whether a question is branded is decided for each order in the analysis.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question_bank", sa.Column("brands", postgresql.JSONB, nullable=False, server_default="[]"))
    op.drop_column("question_bank", "branded")


def downgrade() -> None:
    op.add_column("question_bank", sa.Column("branded", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_column("question_bank", "brands")
