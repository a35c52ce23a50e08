"""Why a measurement failed, as a code and as a sentence; what was said before named classes.

What an error said itself stays in `measurement_engine.last_error`, for operators.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SENTENCE = "系统内部出错，原因已记入任务日志。请稍后重新下单；若仍失败，请把订单号告诉管理员。"
_TABLES = ("orders", "measurement", "measurement_engine")


def upgrade() -> None:
    """Add the codes; what has failed before has that of an internal error."""
    for table in _TABLES:
        op.add_column(table, sa.Column("error_code", sa.String(40), nullable=True))
    op.add_column("measurement_engine", sa.Column("error_stage", sa.String(40), nullable=True))
    op.execute(
        "UPDATE measurement_engine SET error_code = 'internal', error_stage = left(split_part(last_error, ':', 1), 40)"
        " WHERE last_error IS NOT NULL"
    )
    for table in ("orders", "measurement"):
        op.execute(
            sa.text(
                f"UPDATE {table} SET error_code = 'internal', last_error = :sentence"  # noqa: S608 - two constants
                " WHERE last_error IS NOT NULL"
            ).bindparams(sentence=_SENTENCE)
        )


def downgrade() -> None:
    """Forget the codes."""
    op.drop_column("measurement_engine", "error_stage")
    for table in _TABLES:
        op.drop_column(table, "error_code")
