"""Whether an answer's citations are known, and by which engine profile a run was collected."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ai_answer", sa.Column("citations_known", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column(
        "collection_run", sa.Column("profile_sha256", sa.Text(), server_default=sa.text("''"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("collection_run", "profile_sha256")
    op.drop_column("ai_answer", "citations_known")
