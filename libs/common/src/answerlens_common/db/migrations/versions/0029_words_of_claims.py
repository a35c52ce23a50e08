"""The columns of a claim say what they count: messages that joined, and whether a call outside was made."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("claim", "wanted", new_column_name="join_count")
    op.alter_column("claim", "asked", new_column_name="external_call_made")


def downgrade() -> None:
    op.alter_column("claim", "join_count", new_column_name="wanted")
    op.alter_column("claim", "external_call_made", new_column_name="asked")
