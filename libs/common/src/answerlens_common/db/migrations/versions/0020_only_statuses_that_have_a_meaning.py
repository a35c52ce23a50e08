"""A status is one of those that `contracts.statuses` explains."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_VALUES = {
    ("users", "role"): "client admin",
    ("orders", "status"): "queued running completed failed cancelled",
    ("measurement", "status"): "queued running completed failed cancelled withdrawn",
    ("measurement_engine", "status"): "pending analysed failed cancelled withdrawn",
    ("notification", "severity"): "info warning medium high",
    ("bank", "status"): "building ready dropped",
    ("collection_run", "status"): "collecting paused collected scored failed",
    ("ai_answer", "status"): "ok failed refused captcha login_required empty",
    ("claim", "status"): "held waiting done failed",
    ("task_log", "status"): "running retrying completed failed",
    ("job_slot", "status"): "fired missed baseline",
    ("report_version", "status"): "completed failed withdrawn",
}


def upgrade() -> None:
    for (table, column), values in _VALUES.items():
        listed = ", ".join(f"'{value}'" for value in values.split())
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({listed})")


def downgrade() -> None:
    for table, column in _VALUES:
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
