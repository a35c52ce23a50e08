import re

import pytest
from sqlalchemy import CheckConstraint

from answerlens_common.db import Database
from answerlens_common.db.tables import metadata

# sorted: every worker collects the tests in the same order
CHECKED = sorted(
    (table.name, str(check.name), frozenset(re.findall("'([a-z_]+)'", str(check.sqltext))))
    for table in metadata.tables.values()
    for check in table.constraints
    if isinstance(check, CheckConstraint)
)


@pytest.mark.parametrize(("table", "name", "allowed"), CHECKED, ids=[f"{table}-{name}" for table, name, _ in CHECKED])
async def test_the_database_takes_the_values_that_are_explained_and_no_others(
    database: Database, table: str, name: str, allowed: set[str]
) -> None:
    stored = await database.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name AND conrelid = to_regclass(:table)",
        name=name,
        table=table,
    )
    assert set(re.findall("'([a-z_]+)'", stored or "")) == allowed


async def test_a_status_without_a_meaning_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="ck_bank_status"):
        await database.value(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES ('k', 1, now()::date, 'redy') RETURNING 1"
        )
