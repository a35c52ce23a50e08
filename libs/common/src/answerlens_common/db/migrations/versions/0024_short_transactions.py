"""Which relay publishes an event, and how far a job in steps has come: neither needs a transaction that stays open."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_STATUS = "ck_job_slot_status"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("claimed_until", sa.DateTime(timezone=True)))
    op.add_column("job_slot", sa.Column("reached", sa.Text, nullable=False, server_default=""))
    op.drop_constraint(op.f(_STATUS), "job_slot", type_="check")
    op.create_check_constraint(op.f(_STATUS), "job_slot", "status IN ('running', 'fired', 'missed', 'baseline')")


def downgrade() -> None:
    op.drop_constraint(op.f(_STATUS), "job_slot", type_="check")
    # what was under way begins anew
    op.execute("DELETE FROM job_slot WHERE status = 'running'")
    op.create_check_constraint(op.f(_STATUS), "job_slot", "status IN ('fired', 'missed', 'baseline')")
    op.drop_column("job_slot", "reached")
    op.drop_column("outbox", "claimed_until")
