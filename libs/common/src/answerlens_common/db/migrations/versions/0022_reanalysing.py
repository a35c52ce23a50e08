"""A measurement that is analysed again says so, instead of running with a time at which it was completed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("measurement", sa.Column("reanalysing", sa.Boolean, nullable=False, server_default="false"))
    op.execute("UPDATE measurement SET reanalysing = true WHERE status = 'running' AND completed_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_measurement_reanalysing"), "measurement", "NOT reanalysing OR status = 'running'"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_measurement_reanalysing"), "measurement", type_="check")
    op.drop_column("measurement", "reanalysing")
