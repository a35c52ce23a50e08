"""Golden files: written when they are taken anew, compared otherwise."""

import difflib
import itertools
import json
import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.golden.allowed import ALLOWED, Allowed

FILES = Path(__file__).parent / "files"
WRITE = "ANSWERLENS_GOLDEN_WRITE"
"""Set by `python -m tests.golden`: files are written and nothing is compared."""

MOST_SHOWN = 60
_MISSING = object()


def check_json(name: str, found: Any) -> None:
    """Compare what was found with `files/<name>`, value by value."""
    file = FILES / name
    if os.environ.get(WRITE):
        _write(file, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return
    _fail_on(name, json_differences(json.loads(file.read_text(encoding="utf-8")), found))


def check_text(name: str, found: str) -> None:
    """Compare what was found with `files/<name>`, line by line."""
    file = FILES / name
    if os.environ.get(WRITE):
        _write(file, found)
        return
    _fail_on(name, text_differences(file.read_text(encoding="utf-8"), found))


def json_differences(golden: Any, found: Any, path: str = "") -> Iterator[str]:
    """Each value that differs, as `body.items[0].status: "failed" → "completed"`; a place without one is `nothing`."""
    if isinstance(golden, dict) and isinstance(found, dict):
        for key in [*golden, *(key for key in found if key not in golden)]:
            below = f"{path}.{key}" if path else key
            yield from json_differences(golden.get(key, _MISSING), found.get(key, _MISSING), below)
    elif isinstance(golden, list) and isinstance(found, list):
        for n in range(max(len(golden), len(found))):
            before, now = (each[n] if n < len(each) else _MISSING for each in (golden, found))
            yield from json_differences(before, now, f"{path}[{n}]")
    elif type(golden) is not type(found) or golden != found:
        yield f"{path}: {_shown(golden)} → {_shown(found)}"


def text_differences(golden: str, found: str) -> Iterator[str]:
    """Each line that is gone (`- …`) or new (`+ …`)."""
    lines = difflib.unified_diff(golden.splitlines(), found.splitlines(), n=0, lineterm="")
    for line in itertools.islice(lines, 2, None):  # behind the names of the files
        if not line.startswith("@@"):
            yield f"{line[0]} {line[1:]}"


def unexpected(name: str, differences: Iterator[str], allowed: Sequence[Allowed] = ALLOWED) -> list[str]:
    """The differences of a file that no entry allows."""
    patterns = [re.compile(each.difference, re.DOTALL) for each in allowed if fnmatchcase(name, each.files)]
    return [each for each in differences if not any(pattern.fullmatch(each) for pattern in patterns)]


def _fail_on(name: str, differences: Iterator[str]) -> None:
    found = unexpected(name, differences)
    more = [f"… and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
    listed = "\n  ".join([*found[:MOST_SHOWN], *more])
    assert not found, f"{name} differs from its golden file:\n  {listed}\nMeant? See CONTRIBUTING.md."


def _shown(value: Any) -> str:
    return "nothing" if value is _MISSING else json.dumps(value, ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
