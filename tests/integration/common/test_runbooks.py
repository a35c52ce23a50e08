import re
from pathlib import Path

import pytest

from answerlens_common.db import Database

RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks"
STATEMENTS = [
    (path.stem, statement.strip())
    for path in sorted(RUNBOOKS.glob("*.md"))
    for block in re.findall(r"```sql\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    for statement in block.split(";")
    if statement.strip()
]


@pytest.mark.parametrize(("runbook", "statement"), STATEMENTS, ids=[runbook for runbook, _ in STATEMENTS])
async def test_what_a_runbook_asks_the_database_can_be_asked(database: Database, runbook: str, statement: str) -> None:
    assert isinstance(await database.rows(statement), list), runbook
