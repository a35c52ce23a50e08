"""By which rules a day was analysed: the matcher, and how a question is told to be branded.

A rate moves with either, though nothing was answered differently; days of different rules are not compared as they are.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

_FIRST_BRANDED_RULE: Final = "1"  # of rates stored before it had a version


def rules_of(versions: Mapping[str, Any]) -> str:
    """The rules behind a rate, from the versions stored with it."""
    return f"matcher {versions['matcher']}, branded rule {versions.get('branded_rule') or _FIRST_BRANDED_RULE}"


def rules_together(behind: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The versions of the rules behind a rate over engines, from those of each: what differs is said of all.

    A release in the middle of a day leaves engines of it with different rules. Such a day is like no other.
    """
    found = [{"matcher": each["matcher"], "branded_rule": each.get("branded_rule")} for each in behind]
    together: dict[str, Any] = {}
    for name, first in (("matcher", None), ("branded_rule", _FIRST_BRANDED_RULE)):
        versions = {each[name] or first for each in found}
        if len(versions) > 1:
            together[name] = " + ".join(sorted(map(str, versions)))
    return together


def rules_in_sql(row: str) -> str:
    """The same of a row of `mention_percentage` that a statement calls so."""
    return (
        f"'matcher ' || ({row}.versions ->> 'matcher') || ', branded rule '"
        f" || COALESCE({row}.versions ->> 'branded_rule', '{_FIRST_BRANDED_RULE}')"
    )
