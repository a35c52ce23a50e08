#!/usr/bin/env python3
"""No module is longer than 300 lines: one that is has more than one job. And none is short by packing its lines.

Packed is a second statement on a line, and an assignment of three or more values to as many names at once.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST = 300
MOST_AT_ONCE = 2
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("libs", "services", "sandbox", "scripts", "tests")


def modules(root: Path) -> list[Path]:
    """Every Python module under the source folders."""
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))


def too_long(text: str) -> int | None:
    """How many lines a module has, when they are too many."""
    lines = len(text.splitlines())
    return lines if lines > LONGEST else None


def packed(text: str) -> Iterator[int]:
    """The lines of a module that hold more than one statement."""
    begun: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and not _is_no_body(node):
            if node.lineno in begun or (isinstance(node, ast.Assign) and _is_several(node)):
                yield node.lineno
            begun.add(node.lineno)


def _is_no_body(node: ast.stmt) -> bool:
    """`...` in the place of a body, as of an overload."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis


def _is_several(node: ast.Assign) -> bool:
    (target, *_), value = node.targets, node.value
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
        return False
    return len(value.elts) > MOST_AT_ONCE and not any(isinstance(each, ast.Starred) for each in value.elts)


def main() -> int:
    """Print them; the exit code is 1 when there are any."""
    found = []
    for path in modules(ROOT):
        text = path.read_text(encoding="utf-8")
        if lines := too_long(text):
            found.append(f"{path.relative_to(ROOT)}: {lines} lines, more than {LONGEST}")
        found += [f"{path.relative_to(ROOT)}:{line}: more than one statement" for line in packed(text)]
    for each in found:
        print(each)  # noqa: T201 - a command prints
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
