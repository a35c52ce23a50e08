"""What the server does for a statement: its generic plan, and the blocks it reads when it runs once."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from tests.size.tables import GROWING

# A table of fewer blocks is rightly read as a whole.
FEW_BLOCKS = 64
SECONDS = 120
# The blocks of a statement that was given up after so many seconds: more than any may read.
UNKNOWN = 10**9
_EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True)
class Cost:
    """What one statement cost.

    Attributes:
        milliseconds: of the server; None where it was planned but could not be run: its rows exist already.
        blocks: of 8 kB, that it looked at, in memory or on disk.
        whole: the growing tables of which it reads all rows, or would.
    """

    milliseconds: float | None
    blocks: int
    whole: tuple[str, ...]


class Planner:
    """Runs statements on a database and undoes them."""

    def __init__(self, connection: asyncpg.Connection, blocks: Mapping[str, int]) -> None:
        self._connection = connection
        self._blocks = blocks

    @classmethod
    async def on(cls, connection: asyncpg.Connection) -> Self:
        """A planner that knows how large the tables are."""
        rows = await connection.fetch(
            "SELECT relname, pg_relation_size(oid) / 8192 AS blocks FROM pg_class WHERE relkind = 'r'"
        )
        return cls(connection, {row["relname"]: row["blocks"] for row in rows})

    async def cost(self, sql: str, values: Mapping[str, object]) -> Cost | None:
        """What a statement costs with these values; None for what has no plan (a lock, a setting)."""
        if not sql.split(maxsplit=1)[0].upper().startswith(_EXPLAINED):
            return None
        compiled = text(sql).compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]
        names = getattr(compiled, "positiontup", None) or []
        given = ", ".join(literal(values[name]) for name in dict.fromkeys(names))
        run = f"EXECUTE held({given})" if given else "EXECUTE held"
        await self._connection.execute(f"PREPARE held AS {compiled}")
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            await self._connection.execute(
                f"SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL statement_timeout = '{SECONDS}s'"
            )
            return await self._explained(run)
        finally:
            await transaction.rollback()
            await self._connection.execute("DEALLOCATE held")

    async def _explained(self, run: str) -> Cost:
        inner = self._connection.transaction()
        await inner.start()
        try:
            found = await self._connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {run}")
        except asyncpg.QueryCanceledError:
            return Cost(SECONDS * 1000.0, UNKNOWN, ())
        except asyncpg.IntegrityConstraintViolationError:
            await inner.rollback()
            planned = json.loads(await self._connection.fetchval(f"EXPLAIN (FORMAT JSON) {run}"))[0]
            return Cost(None, 0, self._whole(planned["Plan"]))
        (explained,) = json.loads(found)
        plan = explained["Plan"]
        blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return Cost(explained["Execution Time"], blocks, self._whole(plan))

    def _whole(self, plan: Mapping[str, Any]) -> tuple[str, ...]:
        names = {node["Relation Name"] for node in _nodes(plan) if node["Node Type"] == "Seq Scan"}
        return tuple(
            sorted({_table(name) for name in names if _table(name) in GROWING and self._blocks[name] > FEW_BLOCKS})
        )


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _table(name: str) -> str:
    """The table of a day's partition, `day_YYYYMMDD_<table>`; any other name as it is."""
    return name.split("_", 2)[2] if name.startswith("day_") else name


def literal(value: object) -> str:
    """A value as SQL, of the type that its place asks for."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).upper()
        case int() | float():
            return str(value)
        case dt.datetime() | dt.date():
            return f"'{value.isoformat()}'"
        case list() | tuple():
            return _quoted(_array(value))
        case _:
            return _quoted(str(value))


def _array(values: Sequence[object]) -> str:
    return (
        "{" + ",".join("NULL" if each is None else json.dumps(str(each), ensure_ascii=False) for each in values) + "}"
    )


def _quoted(said: str) -> str:
    return "'" + said.replace("'", "''") + "'"
