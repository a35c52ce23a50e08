"""Whether a claim's holder has asked anybody outside: one that died before that leaves no attempt behind."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim", sa.Column("asked", sa.Boolean, nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("claim", "asked")
