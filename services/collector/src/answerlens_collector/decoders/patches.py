"""A JSON document that grows by patches `{"p": path, "o": operation, "v": value}`.

A patch without a path repeats the last path and operation. A BATCH holds patches relative to its own path, and may
hold further ones; they are applied in order.
"""

from collections.abc import Iterator
from typing import Any

# Unmarked patches of these only ever add; of everything else they set.
GROWING = frozenset({"content", "thinking_content", "fragments"})

# What sites call a patch that holds patches.
NESTED = frozenset({"BATCH", "PATCH"})

Json = dict[str, Any]
Step = tuple[list[str], str, object]


class PatchedDocument:
    """The document, in `root`. A patch that leads nowhere is passed over."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._path: list[str] = []
        self._operation = "SET"

    def patch(self, patch: dict[str, Any]) -> None:
        """Apply one patch; `patch` has a `v`."""
        value = patch["v"]
        if "p" in patch:
            self._path = steps(patch["p"])
            self._operation = _operation(patch, self._path)
        elif isinstance(value, dict) and ("response" in value or not self._path):  # a snapshot
            self._path, self._operation = [], "SET"
        elif _are_patches(value) and self._operation != "BATCH":
            self._path, self._operation = ["response"], "BATCH"
        elif isinstance(value, str) and not isinstance(self._target(), str):
            # words right after a whole fragment go on where that ends
            self._path, self._operation = ["response", "fragments", "-1", "content"], "APPEND"
        for path, operation, single in singles(self._path, self._operation, value):
            apply(self.root, path, operation, single)

    def _target(self) -> object:
        return _find(self.root, self._path)


def apply(root: Json, path: list[str], operation: str, value: object) -> None:
    """Apply one patch that is no BATCH to a document; one that leads nowhere changes nothing."""
    if not path:
        if isinstance(value, dict):
            root.update(value)
        return
    *above, last = path
    grows = operation.upper() == "APPEND"
    parent = _find(root, above, grow=True)
    if isinstance(parent, dict):
        parent[last] = _appended(parent.get(last), value) if grows else value
    elif isinstance(parent, list) and last == str(len(parent)):
        parent.append(value)
    elif isinstance(parent, list) and (position := _position(parent, last)) is not None:
        parent[position] = _appended(parent[position], value) if grows else value


def singles(path: list[str], operation: str, value: object) -> Iterator[Step]:
    """A patch taken apart into those that are no BATCH, in order, however deep they stand."""
    waiting: list[Step] = [(path, operation, value)]
    while waiting:
        path, operation, value = waiting.pop()
        if operation.upper() not in NESTED:
            yield path, operation, value
            continue
        inner = [each for each in value if isinstance(each, dict) and "v" in each] if isinstance(value, list) else []
        for each in reversed(inner):
            deeper = path + steps(each.get("p"))
            waiting.append((deeper, _operation(each, deeper), each["v"]))


def _are_patches(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(each, dict) and {"p", "v"} <= set(each) for each in value)


def _operation(patch: dict[str, Any], path: list[str]) -> str:
    if "o" in patch:
        return str(patch["o"])
    return "APPEND" if path and path[-1] in GROWING else "SET"


def steps(path: object) -> list[str]:
    """The keys and places that a path names, outermost first."""
    return [step for step in str(path or "").split("/") if step]


def _find(root: dict[str, Any], path: list[str], *, grow: bool = False) -> Any:  # noqa: ANN401 JSON is any shape
    """What stands at `path`, or None; with `grow`, missing objects on the way are made."""
    here: Any = root
    for step in path:
        if isinstance(here, list):
            position = _position(here, step)
            here = None if position is None else here[position]
        elif isinstance(here, dict):
            here = here.setdefault(step, {}) if grow else here.get(step)
        else:
            return None
    return here


def _position(values: list[Any], step: str) -> int | None:
    try:
        position = int(step)
    except ValueError:
        return None
    return position if -len(values) <= position < len(values) else None


def _appended(old: object, new: object) -> object:
    if isinstance(old, str):
        return old + new if isinstance(new, str) else old
    if isinstance(old, list):
        return [*old, *new] if isinstance(new, list) else [*old, new]
    return new
