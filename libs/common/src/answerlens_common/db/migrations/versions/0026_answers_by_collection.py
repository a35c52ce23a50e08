"""A collection has questions of its own; answers, links and scores are keyed by it and kept by class and day.

Days of answers, links and scores stay in the partitions they are in. Their parents become the shared class, and each
row is filled in with its collection and its question's number: the only rewrite (docs/decisions/0014).
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# table → the columns of its key before the two by which it is partitioned
_KEYS = {
    "ai_answer": "collection_id, number, replicate",
    "ai_link": "collection_id, number, replicate, position",
    "question_score": "collection_id, number, replicate",
}
# index → table, columns
_INDEXES = {
    "ix_ai_answer_keyword_question_id": ("ai_answer", "keyword, question_id"),
    "ix_ai_answer_answer_date": ("ai_answer", "answer_date DESC"),
    "ix_ai_answer_keyword_created_at": ("ai_answer", "keyword, created_at"),
    "ix_ai_answer_engine_created_at": ("ai_answer", "engine, created_at"),
    "ix_question_score_keyword_question_id": ("question_score", "keyword, question_id"),
    "ix_question_score_answer_date": ("question_score", "answer_date DESC"),
    "ix_question_score_keyword_created_at": ("question_score", "keyword, created_at"),
}

# The functions run with the rights of the role that migrates, and find their tables in one schema only (0021).
_AS_OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"


def _functions(parameters: str, infix: str, parent: str, tables: tuple[str, ...]) -> dict[str, str]:
    """The functions for the partitions of a day, by signature.

    Args:
        parameters: of those that are about one day, beside the day.
        infix: between the day and the table in a partition's name.
        parent: the table that a partition belongs to.
        tables: those that are kept by day.
    """
    listed = ", ".join(f"'{table}'" for table in tables)
    signature = ", ".join(["date", *(parameters and ["text"])])
    child = f"'day_' || to_char(day, 'YYYYMMDD') || {infix} || name"
    return {
        f"ensure_answer_day({signature})": f"""
CREATE FUNCTION ensure_answer_day(day date{parameters}) RETURNS void {_AS_OWNER} AS $$
DECLARE
    name text;
    child text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{listed}] LOOP
        child := {child};
        IF to_regclass(child) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('ensure_answer_day'));
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                child, {parent}, day, day + 1
            );
        END IF;
    END LOOP;
END
$$
""",
        "lock_answer_days()": f"""
CREATE FUNCTION lock_answer_days() RETURNS void {_AS_OWNER} AS $$
BEGIN
    LOCK TABLE ONLY {", ".join(tables)} IN ACCESS EXCLUSIVE MODE;
END
$$
""",
        f"drop_answer_day({signature})": f"""
CREATE FUNCTION drop_answer_day(day date{parameters}) RETURNS void {_AS_OWNER} AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{listed}] LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', {child});
    END LOOP;
END
$$
""",
    }


_TODAY = _functions(
    ", class text DEFAULT 'shared'",
    "CASE class WHEN 'shared' THEN '_' ELSE '_' || class || '_' END",
    "name || '_' || class",
    (*_KEYS, "collection_question"),
)
_BEFORE = _functions("", "'_'", "name", tuple(_KEYS))

# Of private rows the keyword is null; these leave their whole class out, so that no read by keyword can meet them.
_KEYWORD_ANSWER = """
CREATE VIEW keyword_answer AS
SELECT collection_id, number, replicate, answer_date, id, keyword, question_id, question_text, engine, surface, status,
    answer_text, folded_text, reasoning, search_ran, citations_known, finish_reason, queries, error, duration,
    created_at
FROM ai_answer WHERE retention = 'shared'
"""
_KEYWORD_LINK = """
CREATE VIEW keyword_link AS
SELECT collection_id, number, replicate, answer_date, position, link_url, title, site, cited, created_at
FROM ai_link WHERE retention = 'shared'
"""
_KEYWORD_SCORE = """
CREATE VIEW keyword_score AS
SELECT collection_id, number, replicate, answer_date, keyword, question_id, engine, score, rubric_version, model,
    created_at
FROM question_score WHERE retention = 'shared'
"""
_VIEWS = {
    "keyword_answer": _KEYWORD_ANSWER,
    "keyword_link": _KEYWORD_LINK,
    "keyword_score": _KEYWORD_SCORE,
}

# By question, as a bank numbers them; a question that left its bank while its answer stayed comes after them.
_FILL_QUESTIONS = """
INSERT INTO collection_question (collection_id, number, retention, date, question_id, text, cluster, intent, anchor)
SELECT id, row_number() OVER (PARTITION BY id ORDER BY in_bank DESC, question_id), 'shared', date, question_id,
    text, cluster, intent, anchor
FROM (
    SELECT c.id, c.date, q.question_id, q.generated_question AS text, q.cluster_id AS cluster,
        q.main_intent AS intent, q.anchor, true AS in_bank
    FROM collection c JOIN question_bank q ON q.keyword = c.keyword AND q.bank_version = c.bank_version
    UNION ALL
    SELECT DISTINCT ON (c.id, a.question_id) c.id, c.date, a.question_id, a.question_text, 0, '', false, false
    FROM collection c JOIN ai_answer a ON a.keyword = c.keyword AND a.engine = c.engine AND a.answer_date = c.date
    WHERE NOT EXISTS (SELECT FROM question_bank q WHERE q.keyword = c.keyword AND q.bank_version = c.bank_version
        AND q.question_id = a.question_id)
) question
"""
_FILL_BY_QUESTION = """
UPDATE {table} t SET collection_id = c.id, number = q.number
FROM collection c JOIN collection_question q ON q.collection_id = c.id AND q.date = c.date
WHERE t.keyword = c.keyword AND t.engine = c.engine AND t.answer_date = c.date AND t.question_id = q.question_id
"""
_FILL_LINKS = """
UPDATE ai_link l SET collection_id = a.collection_id, number = a.number, replicate = a.replicate
FROM ai_answer a WHERE a.id = l.answer_id AND a.answer_date = l.answer_date
"""


def upgrade() -> None:
    """Give collections their questions, and key what they left by them."""
    _questions()
    op.add_column("ai_link", sa.Column("replicate", sa.SmallInteger()))
    for table in _KEYS:
        op.add_column(table, sa.Column("collection_id", sa.BigInteger()))
        op.add_column(table, sa.Column("number", sa.SmallInteger()))
        # a constant is kept in the catalogue: no row is written for it
        op.add_column(table, sa.Column("retention", sa.String(10), nullable=False, server_default="shared"))
        op.alter_column(table, "retention", server_default=None)
        op.drop_constraint(f"pk_{table}", table, type_="primary")
    op.execute(_FILL_QUESTIONS)
    for table in ("ai_answer", "question_score"):
        op.execute(_FILL_BY_QUESTION.format(table=table))
        op.alter_column(table, "keyword", nullable=True)
        op.alter_column(table, "question_id", nullable=True)
    op.execute(_FILL_LINKS)
    op.drop_constraint("uq_ai_answer_keyword_question_id_engine_answer_date_replicate", "ai_answer", type_="unique")
    for table, key in _KEYS.items():
        for column in ("collection_id", "number", "replicate"):
            op.alter_column(table, column, nullable=False)
        if table == "ai_link":
            op.drop_index("ix_ai_link_answer_id", table_name="ai_link")
            op.drop_column("ai_link", "answer_id")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table}_shared PRIMARY KEY ({key}, retention, answer_date)")
        _by_class(table)
    for name, (table, columns) in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {table} ({columns})")
    _replace(_BEFORE, _TODAY)
    for view in _VIEWS.values():
        op.execute(view)


def _replace(old: dict[str, str], new: dict[str, str]) -> None:
    for signature in old:
        op.execute(f"DROP FUNCTION {signature}")
    for signature, function in new.items():
        op.execute(function)
        op.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")


def _questions() -> None:
    op.create_table(
        "collection_question",
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("retention", sa.String(10), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("question_id", sa.String(100), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cluster", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("intent", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("anchor", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("collection_id", "number", "retention", "date", name=op.f("pk_collection_question")),
        postgresql_partition_by="LIST (retention)",
    )
    for name in ("shared", "private"):
        _class_of("collection_question", name, "date")
    op.execute(
        "DO $$ DECLARE day date; BEGIN FOR day IN SELECT DISTINCT date FROM collection LOOP EXECUTE format("
        "'CREATE TABLE %I PARTITION OF collection_question_shared FOR VALUES FROM (%L) TO (%L)',"
        " 'day_' || to_char(day, 'YYYYMMDD') || '_collection_question', day, day + 1); END LOOP; END $$"
    )


def _class_of(table: str, name: str, day: str) -> None:
    op.execute(f"CREATE TABLE {table}_{name} PARTITION OF {table} FOR VALUES IN ('{name}') PARTITION BY RANGE ({day})")


def _by_class(table: str) -> None:
    """Put a new parent over a table of days, which becomes its shared class; the days' partitions stay as they are."""
    op.rename_table(table, f"{table}_shared")
    for name, (of, _) in _INDEXES.items():
        if of == table:
            op.execute(f"ALTER INDEX {name} RENAME TO {name}_shared")
    op.execute(
        f"CREATE TABLE {table} (LIKE {table}_shared INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        " PARTITION BY LIST (retention)"
    )
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({_KEYS[table]}, retention, answer_date)")
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_shared FOR VALUES IN ('shared')")
    _class_of(table, "private", "answer_date")


def downgrade() -> None:
    """Key by keyword again; private rows, which there were none of, go with their class."""
    for view in _VIEWS:
        op.execute(f"DROP VIEW {view}")
    for table in _KEYS:  # the shared class is the table again
        op.execute(f"ALTER TABLE {table} DETACH PARTITION {table}_shared")
        op.execute(f"DROP TABLE {table}")
        op.rename_table(f"{table}_shared", table)
        op.drop_constraint(f"pk_{table}_shared", table, type_="primary")
    for name in _INDEXES:
        op.execute(f"ALTER INDEX {name}_shared RENAME TO {name}")
    op.add_column("ai_link", sa.Column("answer_id", sa.BigInteger()))
    op.execute(
        "UPDATE ai_link l SET answer_id = a.id FROM ai_answer a WHERE a.collection_id = l.collection_id"
        " AND a.number = l.number AND a.replicate = l.replicate AND a.answer_date = l.answer_date"
    )
    op.alter_column("ai_link", "answer_id", nullable=False)
    for table in _KEYS:
        for column in ("collection_id", "number", "retention"):
            op.drop_column(table, column)
    op.drop_column("ai_link", "replicate")
    op.create_primary_key("pk_ai_answer", "ai_answer", ["id", "answer_date"])
    op.create_unique_constraint(
        "uq_ai_answer_keyword_question_id_engine_answer_date_replicate",
        "ai_answer",
        ["keyword", "question_id", "engine", "answer_date", "replicate"],
    )
    op.create_primary_key("pk_ai_link", "ai_link", ["answer_id", "answer_date", "position"])
    op.create_index("ix_ai_link_answer_id", "ai_link", ["answer_id"])
    op.create_primary_key(
        "pk_question_score", "question_score", ["keyword", "question_id", "engine", "answer_date", "replicate"]
    )
    for table in ("ai_answer", "question_score"):
        op.alter_column(table, "keyword", nullable=False)
        op.alter_column(table, "question_id", nullable=False)
    op.drop_table("collection_question")
    _replace(_TODAY, _BEFORE)
