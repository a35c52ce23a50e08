"""By which rules a day was analysed: the matcher, and how a question is told to be branded.

A rate moves with either, though nothing was answered differently; days of different rules are not compared as they are.
"""

from collections.abc import Mapping
from typing import Any, Final

_FIRST_BRANDED_RULE: Final = "1"  # of rates stored before it had a version


def rules_of(versions: Mapping[str, Any]) -> str:
    """The rules behind a rate, from the versions stored with it."""
    return f"matcher {versions['matcher']}, branded rule {versions.get('branded_rule') or _FIRST_BRANDED_RULE}"


def rules_in_sql(row: str) -> str:
    """The same of a row of `mention_percentage` that a statement calls so."""
    return (
        f"'matcher ' || ({row}.versions ->> 'matcher') || ', branded rule '"
        f" || COALESCE({row}.versions ->> 'branded_rule', '{_FIRST_BRANDED_RULE}')"
    )
