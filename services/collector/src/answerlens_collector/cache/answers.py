"""Answers and their links, and the end of a run: tables `ai_answer`, `ai_link`, `collection_run`."""

import datetime as dt
import json
from dataclasses import dataclass

from answerlens_collector.answer import Answer
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import AnswerWanted, EngineEvent, Lane
from answerlens_common.text.matching import fold_text
from answerlens_common.work.claims import Lease
from answerlens_orders.measurements.entry import WANTED_ENGINES

# As many as the column holds; a site may write what it likes there, its whole error for one.
MOST_REASON_CHARACTERS = 50


@dataclass(frozen=True)
class Asked:
    """A question and how things stand with it."""

    question: str
    surface: str
    lane: Lane
    run_status: str
    answered: bool
    wanted: bool
    begun: bool


async def look_up(db: Database, event: AnswerWanted) -> Asked | None:
    """The question an event is about, or None when its run is unknown."""
    row = await db.row(
        "SELECT bank.generated_question AS question, run.surface, run.lane, run.status,"  # noqa: S608
        " run.asked_at IS NOT NULL AS begun,"
        " EXISTS (SELECT FROM ai_answer WHERE keyword = :keyword AND question_id = :question_id AND engine = :engine"
        " AND answer_date = :date AND replicate = :replicate) AS answered,"
        f" :engine IN ({WANTED_ENGINES}) AS wanted"
        " FROM collection_run run JOIN question_bank bank"
        " ON bank.keyword = run.keyword AND bank.bank_version = run.bank_version AND bank.question_id = :question_id"
        " WHERE run.keyword = :keyword AND run.engine = :engine AND run.date = :date",
        **_of(event),
    )
    if row is None:
        return None
    return Asked(
        row["question"],
        row["surface"],
        Lane(row["lane"]),
        row["status"],
        row["answered"],
        row["wanted"],
        row["begun"],
    )


async def begin(db: Database, event: AnswerWanted) -> None:
    """Note that the first question of the run is asked now: its time limit counts from here."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE collection_run SET asked_at = clock_timestamp()"
            " WHERE keyword = :keyword AND engine = :engine AND date = :date"
            " AND status = 'collecting' AND asked_at IS NULL",
            keyword=event.keyword,
            engine=event.engine,
            date=event.date,
        )


async def failed_at(db: Database | Transaction, event: EngineEvent) -> dt.datetime | None:
    """When the event's run failed; None when it has been taken up again since."""
    moment: dt.datetime | None = await db.value(
        "SELECT completed_at FROM collection_run"
        " WHERE keyword = :keyword AND engine = :engine AND date = :date AND status = 'failed'",
        keyword=event.keyword,
        engine=event.engine,
        date=event.date,
    )
    return moment


async def pause(db: Database, event: AnswerWanted) -> bool:
    """Note that nobody wants the run any more; an order that comes later takes it up again. False if one has come."""
    values = {"keyword": event.keyword, "engine": event.engine, "date": event.date}
    async with db.transaction() as tx:
        # with the row locked, a second look: an order's plan locks it too, so one of the two sees the other
        await tx.execute(
            "SELECT 1 FROM collection_run WHERE keyword = :keyword AND engine = :engine AND date = :date FOR UPDATE",
            **values,
        )
        if await tx.value(f"SELECT :engine IN ({WANTED_ENGINES})", **values):
            return False
        await tx.execute(
            "UPDATE collection_run SET status = 'paused', asked_at = NULL"
            " WHERE keyword = :keyword AND engine = :engine AND date = :date AND status = 'collecting'",
            **values,
        )
    return True


async def store(
    lease: Lease, event: AnswerWanted, asked: Asked, answer: Answer, *, seconds: float, fail_below: float
) -> str:
    """Store an answer, or that there is none, and end the run with its last question; the run's status after it."""
    folded = fold_text(answer.text).folded
    async with lease.write() as tx:
        answer_id = await tx.value(
            "INSERT INTO ai_answer (keyword, question_id, question_text, engine, surface, replicate, status,"
            " answer_text, folded_text, reasoning, search_ran, citations_known, finish_reason, queries, error,"
            " answer_date, duration)"
            " VALUES (:keyword, :question_id, :question, :engine, :surface, :replicate, :status, :text, :folded,"
            " :reasoning, :search_ran, :citations_known, :finish_reason, CAST(:queries AS jsonb), :error, :date,"
            " :seconds)"
            " ON CONFLICT (keyword, question_id, engine, answer_date, replicate) DO NOTHING RETURNING id",
            **_of(event),
            question=asked.question,
            surface=asked.surface,
            status=answer.status,
            text=answer.text,
            folded=folded,
            reasoning=answer.reasoning,
            search_ran=answer.search_ran,
            citations_known=answer.citations_known,
            finish_reason=answer.finish_reason and answer.finish_reason[:MOST_REASON_CHARACTERS],
            queries=json.dumps(answer.queries, ensure_ascii=False),
            error=answer.error,
            seconds=seconds,
        )
        if answer_id is not None:
            await _store_links(tx, event, answer_id, answer)
        status = await end_run(tx, event, fail_below)
        await tx.notify(PROGRESS, event.keyword)
    return status


async def _store_links(tx: Transaction, event: AnswerWanted, answer_id: int, answer: Answer) -> None:
    await tx.execute(
        "INSERT INTO ai_link (answer_id, answer_date, position, link_url, title, site, cited)"
        " SELECT CAST(:answer AS bigint), CAST(:date AS date), link.*"
        " FROM unnest(CAST(:positions AS smallint[]), CAST(:urls AS text[]), CAST(:titles AS text[]),"
        " CAST(:sites AS text[]), CAST(:cited AS boolean[])) AS link",
        answer=answer_id,
        date=event.date,
        positions=list(range(1, len(answer.links) + 1)),
        urls=[link.url for link in answer.links],
        titles=[link.title for link in answer.links],
        sites=[link.site for link in answer.links],
        cited=[link.cited for link in answer.links],
    )


async def end_run(tx: Transaction, event: EngineEvent, fail_below: float) -> str:
    """With the run locked, count what has ended; the last question closes it. The run's status after that."""
    values = {"keyword": event.keyword, "engine": event.engine, "date": event.date}
    run = await tx.row(
        "SELECT total, status, task_id FROM collection_run"
        " WHERE keyword = :keyword AND engine = :engine AND date = :date FOR UPDATE",
        **values,
    )
    ended = await tx.row(
        "SELECT count(*) AS all, count(*) FILTER (WHERE status = 'ok') AS ok FROM ai_answer"
        " WHERE keyword = :keyword AND engine = :engine AND answer_date = :date",
        **values,
    )
    if run is None or ended is None or ended["all"] < run["total"] or run["status"] not in {"collecting", "paused"}:
        return run["status"] if run else "unknown"
    share = ended["ok"] / run["total"]
    status = "failed" if share < fail_below else "collected"
    await tx.execute(
        "UPDATE collection_run SET status = :status, ok_share = :share, completed_at = clock_timestamp()"
        " WHERE keyword = :keyword AND engine = :engine AND date = :date",
        **values,
        status=status,
        share=share,
    )
    await tx.execute(
        "UPDATE task_log SET status = :status, processed_items = :ended, total_items = :total,"
        " completed_at = clock_timestamp(), duration = EXTRACT(EPOCH FROM clock_timestamp() - started_at)"
        " WHERE id = :task",
        status="failed" if status == "failed" else "completed",
        ended=ended["all"],
        total=run["total"],
        task=run["task_id"],
    )
    return status


def _of(event: AnswerWanted) -> dict[str, object]:
    return {
        "keyword": event.keyword,
        "question_id": event.question_id,
        "engine": event.engine,
        "date": event.date,
        "replicate": event.replicate,
    }
