"""A leader's token becomes a key, which a job's transaction can lock without holding up a renewal."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint(op.f("uq_leader_name_token"), "leader", ["name", "token"])


def downgrade() -> None:
    op.drop_constraint(op.f("uq_leader_name_token"), "leader")
