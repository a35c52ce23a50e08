"""What differs between two versions of a day's report, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

# They differ between any two versions and say nothing of what was found.
_OF_THE_VERSION: Final = frozenset({"version", "created_at", "complete_at"})


class Difference(NamedTuple):
    """A field by its path, such as `overall.rates.mention_rate`; of a rate only the parts that differ."""

    field: str
    was: Any
    now: Any


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Every field in which two bodies differ; of one surface each, or by surface."""
    return list(_differences(was, now, ""))


def _differences(was: Mapping[str, Any], now: Mapping[str, Any], path: str) -> Iterator[Difference]:
    for name in [*was, *(name for name in now if name not in was)]:
        before = was.get(name)
        after = now.get(name)
        field = f"{path}.{name}" if path else name
        if name in _OF_THE_VERSION or before == after:
            continue
        if not isinstance(before, dict) or not isinstance(after, dict):
            yield Difference(field, before, after)
        elif "rate" in before and "rate" in after:
            parts = [part for part in [*before, *after] if before.get(part) != after.get(part)]
            yield Difference(field, _of(before, parts), _of(after, parts))
        else:
            yield from _differences(before, after, field)


def _of(rate: Mapping[str, Any], parts: list[str]) -> dict[str, Any]:
    return {part: rate[part] for part in dict.fromkeys(parts) if part in rate}
