"""The first number that no cluster of a keyword ever had, also when the banks that had the others are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank", sa.Column("next_cluster", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("bank", "next_cluster")
