"""Which file an engine was read from, and the lines of its fields: an error in its profile is told with its line."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the topology job fills it."""
    op.add_column("engine", sa.Column("origin", JSONB()))


def downgrade() -> None:
    """Take it out again."""
    op.drop_column("engine", "origin")
