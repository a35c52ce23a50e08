"""Holds every recorded statement to its bound on a filled database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import asyncpg

from tests.size.bounds import EXCUSED, Excused
from tests.size.planning import Cost, Planner
from tests.size.seeding import Size
from tests.size.statements import Statement
from tests.size.substitutes import Substitutes

# Today's day is open; yesterday's has ended and its answers are kept.
DAYS_AGO = (0, 1)


@dataclass(frozen=True)
class Held:
    """A statement with the dearest of its runs, and what it may cost."""

    statement: Statement
    cost: Cost
    bound: int
    may_read_whole: bool

    @property
    def fails(self) -> bool:
        """Whether it reads more than it may."""
        return self.cost.blocks > self.bound or bool(self.cost.whole and not self.may_read_whole)

    def __str__(self) -> str:
        whole = f", all of {', '.join(self.cost.whole)}" if self.cost.whole else ""
        sql = " ".join(self.statement.sql.split())[:160]
        return f"{self.statement.name}: {self.cost.blocks} blocks (at most {self.bound}){whole}: {sql}"


async def hold(url: str, statements: Iterable[Statement], size: Size) -> list[Held]:
    """Run each once for each of `DAYS_AGO` on a filled database; what each cost at most, the dearest first."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        planner = await Planner.on(connection)
        days = [await Substitutes.found(connection, days) for days in DAYS_AGO]
        held = [await _held(planner, days, statement, size) for statement in statements]
    finally:
        await connection.close()
    return sorted((one for one in held if one is not None), key=lambda one: -one.cost.blocks)


async def _held(planner: Planner, days: Sequence[Substitutes], statement: Statement, size: Size) -> Held | None:
    costs = []
    for day in days:
        try:
            costs.append(await planner.cost(statement.sql, day.of(statement.values)))
        except asyncpg.PostgresError as error:
            error.add_note(f"{statement.name}: {statement.sql}")
            raise
    known = [cost for cost in costs if cost is not None]
    if not known:
        return None
    dearest = max(known, key=lambda cost: (bool(cost.whole), cost.blocks))
    excused = EXCUSED.get(statement.name, Excused("as any"))
    return Held(statement, dearest, excused.blocks + excused.an_order * size.orders, excused.may_read_whole)
