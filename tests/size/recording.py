"""A pytest plugin that records every statement the services send while the tests run, with examples of their values.

    ANSWERLENS_STATEMENTS=FOLDER pytest tests/integration -p tests.size.recording

Each process of the run writes a file of JSON lines to the folder. Statements that tests send themselves are left out.
"""

import inspect
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType

import pytest

from answerlens_common.db import database
from answerlens_common.db.database import Transaction
from tests.size.statements import REPOSITORY, SENDING, Statement, shape, sources

FOLDER_VARIABLE = "ANSWERLENS_STATEMENTS"

_SOURCES = frozenset(str(path) for path in sources())
_recorded: dict[tuple[str, int, str, str], Statement] = {}


def pytest_configure() -> None:
    """Listen at every method by which a transaction sends a statement."""
    for name in SENDING:
        setattr(Transaction, name, _recording(getattr(Transaction, name)))


def pytest_unconfigure() -> None:
    """Write what was heard."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{os.getpid()}.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one.as_json(), ensure_ascii=False) + "\n" for one in _recorded.values())


def _recording(send: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    async def recorded(self: Transaction, sql: str, /, *into: type, **values: object) -> object:
        caller = _caller(inspect.currentframe())
        if caller is not None:
            path = str(Path(caller.f_code.co_filename).relative_to(REPOSITORY))
            key = (path, caller.f_lineno, sql, shape(values))
            if key not in _recorded:
                _recorded[key] = Statement(path, caller.f_lineno, caller.f_code.co_qualname, sql, values)
        return await send(self, sql, *into, **values)

    return recorded


def _caller(frame: FrameType | None) -> FrameType | None:
    """The frame that sends: the first outside of this module and of the database's, if it is a service's."""
    while frame is not None and frame.f_code.co_filename in {__file__, database.__file__}:
        frame = frame.f_back
    return frame if frame is not None and frame.f_code.co_filename in _SOURCES else None


@pytest.hookimpl(trylast=True)
def pytest_report_header() -> str:
    """Say so."""
    return f"recording statements to {os.environ[FOLDER_VARIABLE]}"
