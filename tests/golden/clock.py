"""The moment at which every golden request is made: of PostgreSQL's clock and of Python's."""

import datetime as dt
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

NOW = dt.datetime(2026, 11, 30, 17, 0, tzinfo=dt.UTC)
"""A little after the newest moment of `seed.sql.gz`; in the API's time zone it is 2026-12-01 01:00."""

SQL = f"""
CREATE SCHEMA frozen;
GRANT USAGE ON SCHEMA frozen TO PUBLIC;
CREATE FUNCTION frozen.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT timestamptz '{NOW.isoformat()}' $$;
CREATE FUNCTION frozen.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT timestamptz '{NOW.isoformat()}' $$;
"""
SEARCH_PATH = "public, frozen, pg_catalog"
"""Lets an unqualified now() be the frozen one, in defaults of columns and in functions too."""


class _Frozen(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]  # a plain one, as NOW is
        return NOW.astimezone(tz)


@contextmanager
def stopped() -> Iterator[None]:
    """Let every module of ours that is loaded and asks Python for the time be told `NOW`."""
    stand_in = SimpleNamespace(**{**vars(dt), "datetime": _Frozen})
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if not name.startswith("answerlens_") or vars(module).get("dt") is not dt:
                continue
            if "datetime.now(" in inspect.getsource(module):
                patch.setattr(module, "dt", stand_in)
        yield
