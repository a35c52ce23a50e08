"""A question whose turn never came was not asked; a collection knows since when it is worked on."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TABLES = ("ai_answer", "answer_import_row")
_BEFORE = ("ok", "failed", "refused", "captcha", "login_required", "empty")


def upgrade() -> None:
    for table in _TABLES:
        _check(table, (*_BEFORE, "not_asked"))
    op.add_column(
        "collection",
        sa.Column("taken_up_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("collection", "taken_up_at")
    for table in _TABLES:
        op.execute(f"UPDATE {table} SET status = 'failed' WHERE status = 'not_asked'")  # noqa: S608 - our own names
        _check(table, _BEFORE)


def _check(table: str, statuses: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_status")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{status}'" for status in statuses)
    op.create_check_constraint(name, table, f"status IN ({listed})")
