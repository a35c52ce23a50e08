"""A run is a keyword on an engine on a date: tables `collection_run`, `question_bank`, `measurement_engine`."""

import datetime as dt
from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import AnswerWanted, KeywordBankBuilt, Lane
from answerlens_common.work.claims import Lease
from answerlens_orders.measurements.entry import WANTED_ENGINES


@dataclass(frozen=True)
class Run:
    """How far a wanted engine's run was at a moment; `status` is None when there was none yet."""

    engine: str
    status: str | None
    seen_at: dt.datetime


async def wanted_runs(db: Database, event: KeywordBankBuilt) -> list[Run]:
    """The engines that live measurements of the event's day want, with their runs."""
    rows = await db.rows(
        f"SELECT wanted.engine, run.status, now() AS seen_at FROM ({WANTED_ENGINES}) wanted"  # noqa: S608
        " LEFT JOIN collection_run run ON run.engine = wanted.engine AND run.keyword = :keyword AND run.date = :date"
        " ORDER BY wanted.engine",
        keyword=event.keyword,
        date=event.date,
    )
    return [Run(row["engine"], row["status"], row["seen_at"]) for row in rows]


async def has_bank(db: Database, event: KeywordBankBuilt) -> bool:
    """Whether the event's bank is complete."""
    status = await db.value(
        "SELECT status FROM bank WHERE keyword = :keyword AND version = :version",
        keyword=event.keyword,
        version=event.bank_version,
    )
    return bool(status == "ready")


async def plan(lease: Lease, event: KeywordBankBuilt, engine: str) -> tuple[str, list[AnswerWanted]]:
    """Open the run of an engine, or take it up again; returns its status and the questions to publish.

    Questions of a run that goes on are published again only when it had stopped, when somebody waits for it on the
    express lane who did not before, or when the last plan may have died half-way. Repeats are found out by their claim.
    """
    values = {"keyword": event.keyword, "engine": engine, "date": event.date}
    async with lease.write() as tx:
        await tx.execute("SELECT ensure_answer_day(:date)", date=event.date)
        before = await tx.row(
            "SELECT status, lane FROM collection_run WHERE keyword = :keyword AND engine = :engine AND date = :date"
            " FOR UPDATE",
            **values,
        )
        if before is None:
            await _open(tx, event, values)
        elif before["status"] not in {"collecting", "paused"}:
            return before["status"], []  # its last answer came while we were on our way
        elif (
            before["status"] == "paused" or lease.attempt > 1 or (before["lane"], event.lane) == ("bulk", Lane.EXPRESS)
        ):
            await tx.execute(
                "UPDATE collection_run SET status = 'collecting', lane = :lane"
                " WHERE keyword = :keyword AND engine = :engine AND date = :date",
                **values,
                lane=event.lane.value,
            )
        else:
            return "collecting", []
        unasked = await tx.rows(
            "SELECT bank.question_id, turn.number AS replicate FROM collection_run run"
            " JOIN question_bank bank ON bank.keyword = run.keyword AND bank.bank_version = run.bank_version"
            " CROSS JOIN LATERAL generate_series(1, run.replicates) AS turn (number)"
            " LEFT JOIN ai_answer answer ON answer.keyword = run.keyword AND answer.question_id = bank.question_id"
            " AND answer.engine = run.engine AND answer.answer_date = run.date AND answer.replicate = turn.number"
            " WHERE run.keyword = :keyword AND run.engine = :engine AND run.date = :date AND answer.id IS NULL"
            " ORDER BY turn.number, bank.question_id",
            **values,
        )
        await tx.notify(PROGRESS, event.keyword)
    return "collecting", [
        AnswerWanted.following(event, engine=engine, question_id=row["question_id"], replicate=row["replicate"])
        for row in unasked
    ]


async def pause_all(lease: Lease, event: KeywordBankBuilt) -> None:
    """After a plan that failed: whoever comes next has the questions of the day's runs published again."""
    async with lease.write() as tx:
        await tx.execute(
            "UPDATE collection_run SET status = 'paused'"
            " WHERE keyword = :keyword AND date = :date AND status = 'collecting'",
            keyword=event.keyword,
            date=event.date,
        )


async def _open(tx: Transaction, event: KeywordBankBuilt, values: dict[str, object]) -> None:
    task = await tx.value(
        "INSERT INTO task_log (keyword, date, engine, task_type) VALUES (:keyword, :date, :engine, 'collect')"
        " RETURNING id",
        **values,
    )
    await tx.execute(
        "INSERT INTO collection_run"
        " (keyword, engine, date, bank_version, surface, replicates, total, lane, task_id, profile_sha256)"
        " SELECT CAST(:keyword AS text), engine.name, CAST(:date AS date), CAST(:version AS int),"
        " engine.surface, engine.replicates,"
        " engine.replicates * (SELECT count(*) FROM question_bank"
        " WHERE keyword = :keyword AND bank_version = :version), CAST(:lane AS text), CAST(:task AS bigint),"
        " encode(sha256(convert_to(engine.profile::text, 'UTF8')), 'hex')"
        " FROM engine WHERE name = :engine",
        **values,
        version=event.bank_version,
        lane=event.lane.value,
        task=task,
    )


async def enabled_engines(db: Database) -> dict[str, dict[str, object]]:
    """The profiles of the enabled browser engines, by name."""
    rows = await db.rows("SELECT name, profile FROM engine WHERE enabled AND kind = 'browser' ORDER BY name")
    return {row["name"]: row["profile"] for row in rows}
