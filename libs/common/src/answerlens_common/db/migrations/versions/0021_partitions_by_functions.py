"""Partitions are made and dropped by functions of the migrating role, which services without that right may call."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# What runs with the rights of the role that migrates finds its tables in one schema only: a caller cannot put another
# table of that name in its way.
_AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
_LOCK = f"""
CREATE FUNCTION lock_answer_days() RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
BEGIN
    LOCK TABLE ONLY ai_answer, ai_link, question_score IN ACCESS EXCLUSIVE MODE;
END
$$
"""
_DROP = f"""
CREATE FUNCTION drop_answer_day(day date) RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
DECLARE
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['ai_answer', 'ai_link', 'question_score'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', 'day_' || to_char(day, 'YYYYMMDD') || '_' || parent);
    END LOOP;
END
$$
"""
_FUNCTIONS = ("ensure_answer_day(date)", "lock_answer_days()", "drop_answer_day(date)")


def upgrade() -> None:
    op.execute(f"ALTER FUNCTION ensure_answer_day(date) {_AS_OWNER}")
    op.execute(_LOCK)
    op.execute(_DROP)
    for function in _FUNCTIONS:  # who may call each is granted by `db.roles`
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP FUNCTION drop_answer_day(date)")
    op.execute("DROP FUNCTION lock_answer_days()")
    op.execute("ALTER FUNCTION ensure_answer_day(date) SECURITY INVOKER RESET search_path")
    op.execute("GRANT EXECUTE ON FUNCTION ensure_answer_day(date) TO PUBLIC")
