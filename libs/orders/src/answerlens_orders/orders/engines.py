"""Table `engine`, which the topology job fills from the installation's profiles."""

from dataclasses import dataclass

from answerlens_common.contracts.engines import RUN_KINDS
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import FieldFault
from answerlens_orders.orders.form import OrderForm


@dataclass(frozen=True)
class Engine:
    """An engine that this installation has or had.

    Attributes:
        enabled: whether orders may name it: it is switched on, and of a kind that is run.
        replicates: how often a question is asked a day.
    """

    name: str
    kind: str
    surface: str
    enabled: bool
    replicates: int


async def enabled(tx: Transaction) -> list[str]:
    """The names of the engines that may be ordered: enabled, and of a kind that is run."""
    rows = await tx.rows(
        "SELECT name FROM engine WHERE enabled AND kind = ANY(CAST(:kinds AS text[])) ORDER BY name",
        kinds=list(RUN_KINDS),
    )
    return [row["name"] for row in rows]


def faults(form: OrderForm, known: list[str]) -> list[FieldFault]:
    """Why the order's engines cannot be ordered; `known` are those that may be."""
    if known:
        return form.engine_errors(known)
    message = "this installation has no enabled engine of kind browser, the one that runs here"
    return [*form.engine_errors(known), FieldFault("engines", message)]


async def every(db: Database) -> list[Engine]:
    """Every engine there is or was; `enabled` when it may be ordered."""
    return await db.rows(
        "SELECT name, kind, surface, enabled AND kind = ANY(CAST(:kinds AS text[])) AS enabled, replicates"
        " FROM engine ORDER BY name",
        Engine,
        kinds=list(RUN_KINDS),
    )
