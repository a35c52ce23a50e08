"""No row of the database is handed around as a mapping: what a store returns has a type of its own."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MODULES = sorted([*(ROOT / "libs/orders/src").rglob("*.py"), *(ROOT / "services/order-api/src").rglob("*.py")])


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_rows_have_types_of_their_own(module: Path) -> None:
    assert not re.search(r"\b(RowMapping|Row)\b", module.read_text(encoding="utf-8"))


def test_there_are_modules() -> None:
    assert len(MODULES) > 80
