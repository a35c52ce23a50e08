"""Joins the checked rows of an import to one result: the answers of one private collection for each engine.

Everything happens in one transaction with the import's row locked, so that a process that dies over it leaves nothing,
and two that come to it at once leave it once. Which of two rows is the double goes by the lines, not by which batch was
checked first.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from answerlens_collection.answers.imported import store_batch
from answerlens_collection.collections.closing import close_when_answered
from answerlens_collection.collections.imported import open_imported
from answerlens_collection.collections.store import Collection
from answerlens_common.contracts.statuses import ImportStatus
from answerlens_common.db.database import Transaction
from answerlens_orders.imports import batches, store
from answerlens_orders.imports.rows import MOST_REPLICATES
from answerlens_orders.imports.store import ImportRow

MOST_ENGINES: Final = 20
"""Of a file: each is a collection of its own, opened in the transaction that joins."""
NO_ROWS = "文件中没有可导入的回答。 The file has no answer that could be taken."

_REFUSE = """
WITH doubled AS ({found}),
gone AS (
    DELETE FROM answer_import_row r USING doubled WHERE r.import_id = :id AND r.line = doubled.line
    RETURNING r.line, doubled.reason
)
INSERT INTO answer_import_refusal (import_id, line, field, reason)
SELECT CAST(:id AS uuid), line, '{field}', reason FROM gone
"""
_TOO_MANY_ENGINES = _REFUSE.format(
    field="engine",
    found="""
    SELECT line, 'is an engine beyond the first ' || CAST(:most AS int) || ' of the file' AS reason FROM (
        SELECT line, dense_rank() OVER (ORDER BY first) AS place FROM (
            SELECT line, min(line) OVER (PARTITION BY engine) AS first FROM answer_import_row WHERE import_id = :id
        ) of_engine
    ) one WHERE place > CAST(:most AS int)""",
)
_SAME_ANSWER = _REFUSE.format(
    field="",
    found="""
    SELECT line, 'is the same answer as line ' || first AS reason FROM (
        SELECT line, min(line) OVER (PARTITION BY engine, mark) AS first FROM answer_import_row WHERE import_id = :id
    ) one WHERE line > first""",
)
_SAME_REPLICATE = _REFUSE.format(
    field="replicate",
    found="""
    SELECT line, 'is the same question and replicate as line ' || first AS reason FROM (
        SELECT line, min(line) OVER (PARTITION BY engine, question, replicate) AS first
        FROM answer_import_row WHERE import_id = :id AND replicate IS NOT NULL
    ) one WHERE line > first""",
)
_TOO_OFTEN = _REFUSE.format(
    field="question",
    found="""
    SELECT line, 'is asked more than ' || CAST(:most AS int) || ' times' AS reason
    FROM answer_import_row WHERE import_id = :id AND replicate > CAST(:most AS int)""",
)
# Questions are numbered in the order of their first lines; a replicate that the file does not say comes after those
# that it does.
_NUMBER = """
UPDATE answer_import_row r SET number = counted.number, replicate = counted.replicate
FROM (
    SELECT line, dense_rank() OVER (PARTITION BY engine ORDER BY first) AS number,
        COALESCE(replicate, most + row_number() OVER (
            PARTITION BY engine, question, replicate IS NULL ORDER BY line)) AS replicate
    FROM (
        SELECT line, engine, question, replicate, min(line) OVER same AS first,
            COALESCE(max(replicate) OVER same, 0) AS most
        FROM answer_import_row WHERE import_id = :id WINDOW same AS (PARTITION BY engine, question)
    ) one
) counted
WHERE r.import_id = :id AND r.line = counted.line
"""


@dataclass(frozen=True)
class Joined:
    """What came of an import's rows, and the collections that are to be scored and analysed now."""

    collections: list[Collection]
    is_awaited: bool


async def join(tx: Transaction, import_id: UUID, fail_below: float) -> Joined:
    """Join an import whose batches are all checked; nothing comes of one that is not, or is joined already.

    `fail_below` is the share of `ok` answers under which a collection fails.
    """
    row = await store.lock(tx, import_id)
    if row is None or row.status is not ImportStatus.CHECKING or not await batches.are_all_checked(tx, import_id):
        return Joined([], is_awaited=False)
    # no statistics know rows that have just come: the planner takes them for few, and compares each with each
    await tx.execute("SELECT set_config('enable_nestloop', 'off', true)")
    await tx.execute(_TOO_MANY_ENGINES, id=import_id, most=MOST_ENGINES)
    await tx.execute(_SAME_ANSWER, id=import_id)
    await tx.execute(_SAME_REPLICATE, id=import_id)
    await tx.execute(_NUMBER, id=import_id)
    await tx.execute(_TOO_OFTEN, id=import_id, most=MOST_REPLICATES)
    closed = await _store_answers(tx, row, fail_below)
    is_awaited = bool(closed) and await _wait(tx, import_id)
    await _move_on(tx, import_id, closed, is_awaited=is_awaited)
    await store.drop_file(tx, import_id)
    return Joined(closed, is_awaited=is_awaited)


async def _store_answers(tx: Transaction, row: ImportRow, fail_below: float) -> list[Collection]:
    opened = await open_imported(tx, row.id, row.date)
    if opened:
        for number in range(1, (row.batches or 0) + 1):
            await store_batch(tx, row.id, number)
    closed = [await close_when_answered(tx, collection.id, fail_below) for collection in opened]
    return [collection for collection in closed if collection is not None]


async def _wait(tx: Transaction, import_id: UUID) -> bool:
    """Let every brand of the import wait for each of its collections; False when there is none to look for."""
    waiting = await tx.execute(
        "INSERT INTO collection_subject (collection_id, subject_id)"
        " SELECT c.id, s.id FROM collection c JOIN subject s ON s.owner_id = c.owner_id"
        " WHERE c.owner_id = :id AND c.purpose = 'import'",
        id=import_id,
    )
    return waiting > 0


async def _move_on(tx: Transaction, import_id: UUID, closed: list[Collection], *, is_awaited: bool) -> None:
    counted = await batches.counts(tx, import_id)
    taken = sum(collection.total for collection in closed)
    result = {"rows": counted.rows, "taken": taken}
    if not taken:
        await store.set_status(tx, import_id, ImportStatus.FAILED, result=result, error=NO_ROWS)
    elif is_awaited:
        await store.set_status(tx, import_id, ImportStatus.ANALYSING, result=result)
    else:
        await store.set_status(tx, import_id, ImportStatus.COMPLETED, result=result)
