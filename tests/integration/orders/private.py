"""A client's own questions, asked of pretended engines by the real stages."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from answerlens_collection.answers.answer import Answer
from answerlens_collector.engines.engine import Question
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.events import Event, QuestionQueued
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.run import open_diagnosis
from tests.support.line import DAY, ENGINE, Line
from tests.support.unreliable import Broker

OWN = "趣车良品"
RIVAL = "改装之家"
THIRD = "索尼"
BRANDS = [OWN, RIVAL, THIRD]
ANSWERS = {
    "深圳哪家改装店好？": f"{OWN}不错，{RIVAL}也可以。",
    "哪家贴膜好？": f"先看{RIVAL}，再看{OWN}。",
    f"{OWN}怎么样？": f"{OWN}口碑好。",
    "多少钱？": "看车型。",
}
QUESTIONS = list(ANSWERS)
FORM = DiagnosisForm(brands=BRANDS, engines=[ENGINE], questions=QUESTIONS)


def answered(failing: int = 0) -> Mapping[str, Answer]:
    """The answers, the last so many of them failed."""
    ok = len(QUESTIONS) - failing
    return {
        question: Answer(status=AnswerStatus.OK, text=text)
        if place < ok
        else Answer(status=AnswerStatus.FAILED, error="a captcha")
        for place, (question, text) in enumerate(ANSWERS.items())
    }


async def opened(db: Database) -> list[QuestionQueued]:
    """What opening has published, by the outbox."""
    rows = await db.rows("SELECT body FROM outbox WHERE routing_key LIKE 'question.queued.%' ORDER BY id")
    return [QuestionQueued.model_validate_json(row["body"]) for row in rows]


async def run(line: Line, broker: Broker, events: list[Event]) -> list[Event]:
    """Let the stages work off everything; the events that they published."""
    handlers: dict[Any, Any] = line.handlers()
    waiting, published = [(event, str(uuid4()), 0) for event in events], []
    while waiting:
        event, message_id, _ = waiting.pop(0)
        if type(event) in handlers:
            await handlers[type(event)](event, message_id)
        waiting += broker.waiting
        published += [event for event, *_ in broker.waiting]
        broker.waiting.clear()
    return published


async def diagnose(line: Line, broker: Broker, client: UUID, form: DiagnosisForm) -> tuple[UUID, list[Event]]:
    """Open a diagnosis and let it run to its end; its id, and the events that were published."""
    before = len(await opened(line.db))
    diagnosis = await open_diagnosis(line.db, client, form, DAY)
    asked: list[Event] = [*(await opened(line.db))[before:]]
    return diagnosis, await run(line, broker, asked)


def answer_by(line: Line, answer: Callable[[str], Answer]) -> None:
    """Let the line's engine answer each question like this."""

    async def ask(question: Question) -> Answer:
        return answer(question.text)

    line.engine.ask = ask


async def where(db: Database, word: str) -> set[str]:
    """The tables and views that have the word in some row."""
    rows = await db.rows(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public'"
        " AND relkind IN ('r', 'p', 'v') AND NOT relispartition"
    )
    return {
        row["relname"]
        for row in rows
        if await db.value(
            f"SELECT EXISTS (SELECT FROM {row['relname']} t WHERE strpos(t::text, :word) > 0)",  # noqa: S608
            word=word,
        )
    }
