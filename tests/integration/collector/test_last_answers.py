"""Two collectors store the last two answers of a run at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_collection.collections import closing
from answerlens_collection.collections.store import Collection
from answerlens_collector.engines.engine import Question
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import CollectionAnswered, QuestionQueued
from answerlens_common.settings import PostgresSettings
from tests.support.line import Line
from tests.support.unreliable import Broker

QUESTIONS = 4
ROUNDS = 10
SECONDS = 120

_CLOSE = closing.close_when_answered


@pytest.fixture
async def closings(database: Database) -> AsyncIterator[Database]:
    """The database, which counts how often a run is closed in `closing`."""
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE closing (status text)")
        await tx.execute(
            "CREATE FUNCTION count_closing() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO closing VALUES (NEW.status); RETURN NULL; END $$"
        )
        await tx.execute(
            "CREATE TRIGGER count_closing AFTER UPDATE ON collection FOR EACH ROW"
            " WHEN (NEW.status IN ('collected', 'failed')) EXECUTE FUNCTION count_closing()"
        )
    yield database
    async with database.transaction() as tx:
        await tx.execute("DROP FUNCTION count_closing CASCADE")
        await tx.execute("DROP TABLE closing")


async def forget_answers(db: Database) -> None:
    """Open the run again, as its plan left it."""
    async with db.transaction() as tx:
        await tx.execute("TRUNCATE ai_answer, closing")
        await tx.execute("DELETE FROM claim WHERE stage = 'ask'")
        await tx.execute("UPDATE collection SET status = 'collecting', ok_share = NULL, completed_at = NULL")


@pytest.mark.parametrize("moment", ["answered", "inserted"])
async def test_two_last_answers_at_once(
    closings: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    both = asyncio.Barrier(2)
    racing: set[str] = set()

    async def ask(question: Question) -> Answer:
        if moment == "answered" and question.text in racing:
            await both.wait()
        return Answer(
            status=AnswerStatus.CAPTCHA if question.text == min(racing, default="") else AnswerStatus.OK,
            text="索尼",
        )

    async def close_when_answered(tx: Transaction, collection_id: int, fail_below: float) -> Collection | None:
        if moment == "inserted" and racing:
            await both.wait()  # each has stored its own answer, neither can see the other's
        return await _CLOSE(tx, collection_id, fail_below)

    monkeypatch.setattr(closing, "close_when_answered", close_when_answered)
    async with Database(PostgresSettings(url=postgres_url)) as other:
        brokers = [Broker(), Broker()]
        lines = [Line(db, broker) for db, broker in zip((closings, other), brokers, strict=True)]
        for line in lines:
            line.engine.ask = ask
        collectors: list[dict[Any, Any]] = [line.handlers() for line in lines]
        await lines[0].prepare(QUESTIONS)
        (built,) = await lines[0].order()
        await collectors[0][type(built)](built, "the plan")
        *first, one, two = [event for event, *_ in brokers[0].waiting if isinstance(event, QuestionQueued)]
        assert len(first) == QUESTIONS - 2
        texts = await closings.rows("SELECT number, text FROM collection_question")
        asked = {row["number"]: row["text"] for row in texts}

        for number in range(ROUNDS):
            await forget_answers(closings)
            for broker in brokers:
                broker.waiting.clear()
            racing.clear()
            for event in first:
                await collectors[0][QuestionQueued](event, f"{number} {event.number}")
            racing.update(asked[event.number] for event in (one, two))
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(
                    collectors[0][QuestionQueued](one, f"{number} one"),
                    collectors[1][QuestionQueued](two, f"{number} two"),
                )

            run = await closings.row("SELECT status, ok_share FROM collection")
            assert run is not None
            assert (run["status"], run["ok_share"]) == ("collected", 0.75)
            assert [row["status"] for row in await closings.rows("SELECT status FROM closing")] == ["collected"]
            published = [event for broker in brokers for event, *_ in broker.waiting]
            assert [type(event) for event in published] == [CollectionAnswered]
