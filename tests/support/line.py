"""The line from a bank to an order's rates in one process: the real stages and claims, over a pretended outside."""

import asyncio
import collections
import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar, cast
from uuid import UUID, uuid4

from pydantic import BaseModel

import answerlens_analyzer.handlers
import answerlens_collector.handlers
import answerlens_scorer.handlers
from answerlens_analyzer.sentiment.handlers import SentimentHandlers
from answerlens_collection.answers.answer import Answer
from answerlens_collection.messages import Locating, locating, question_of
from answerlens_collector.engines.engine import Ask, Question
from answerlens_collector.importing import ImportHandlers, check_stage, cut_stage
from answerlens_collector.settings import ImportSettings
from answerlens_common.broker.delivery import Handler
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.events import (
    BatchCut,
    CollectionAnalysed,
    CollectionAnswered,
    CollectionScored,
    Event,
    ImportReceived,
    KeywordBankBuilt,
    Lane,
    OrderAnalysed,
    OrderCompared,
    OrderJudged,
    QuestionQueued,
    StageFailed,
    SubjectAnalysed,
)
from answerlens_common.limits.breakers import PLAYWRIGHT, Breakers, engine_breaker
from answerlens_common.llm import LanguageModel
from answerlens_common.settings import FreshnessSettings, WorkSettings
from answerlens_common.work.outbox import OutboxRelay
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from answerlens_order_api.handlers import Handlers as Ends
from answerlens_orders.measurements.entry import first_events
from tests.support.answered import KEYWORD, store_bank

Reply = TypeVar("Reply", bound=BaseModel)
DAY = dt.date(2026, 1, 2)
ENGINE = "chat-a"
WORK = WorkSettings(retry_delays=(1, 1), lease_seconds=1.0, grace_seconds=5)
MOST_ASKS = 1 + len(WORK.retry_delays)


class Model(LanguageModel):
    """Gives every answer a 3, and finds nothing but good of the brand in it."""

    def __init__(self) -> None:
        pass

    async def ask(
        self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
    ) -> Reply:
        assert task
        assert instructions
        shown = cast("list[dict[str, str]]", data["answers"])
        if task == "answer_sentiments":
            return reply.model_validate({"sentiments": [{"id": e["id"], "sentiment": "positive"} for e in shown]})
        return reply.model_validate({"scores": [{"id": each["id"], "score": 3} for each in shown]})


class PretendEngine:
    """An engine that needs no browser: `ask` answers."""

    def __init__(self, ask: Ask) -> None:
        self.name = ENGINE
        self.places = 3
        self.seconds_between_asks = 0.0
        self.breakers: tuple[str, ...] = (engine_breaker(ENGINE), PLAYWRIGHT)
        self.ask = ask

    async def __aenter__(self) -> Self:
        """Nothing needs to be opened."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing was opened."""

    @asynccontextmanager
    async def place(self, *, urgent: bool) -> AsyncIterator[Ask]:
        """A place for any question."""
        assert urgent in {True, False}
        yield self.ask


@dataclass
class Line:
    """Who is told of which event, and what the outside world was asked.

    Attributes:
        delivery: publishes events: `async publish(event)`.
        asked: how often each question was asked: the outside world's own journal.
        orders: placed so far.
        engine: what the collector asks.
    """

    db: Database
    delivery: Any
    asked: collections.Counter[str] = field(default_factory=collections.Counter)
    orders: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = PretendEngine(self.answer)

    async def answer(self, question: Question) -> Answer:
        """What the engine answers: this journal stands in the place of a site."""
        self.asked[question.text] += 1
        return Answer(status=AnswerStatus.OK, text=f"{question.text} 索尼不错。")

    def handlers(self) -> dict[type[Event], Handler]:
        """Every event of the line, with what its service does, as the services declare it."""
        plan = answerlens_collector.handlers.PlanHandlers(self.db, {ENGINE})
        ask = answerlens_collector.handlers.AskHandlers(self.db, self.engine, 0.5, Breakers(None), asyncio.Event())
        score = answerlens_scorer.handlers.Handlers(self.db, Model(), fail_above=0.1, model="")
        analyse = answerlens_analyzer.handlers.Handlers(self.db, degraded_below=0.8)
        sentiment = SentimentHandlers(self.db, Model(), model="")
        ends = Ends(self.db)
        locate: Locating[Any] = locating(self.db)
        stages: list[Stage[Any]] = [
            Stage("plan", KeywordBankBuilt, plan.cached, plan.on_keyword_bank_built, 60, 4, failed=plan.failed),
            Stage(
                "ask",
                QuestionQueued,
                ask.cached,
                ask.on_question_queued,
                60,
                8,
                failed=ask.failed,
                item=lambda event: question_of(event).item,
                locate=locate,
                limits_external_calls=True,
            ),
            Stage(
                "score",
                CollectionAnswered,
                score.cached,
                score.on_collection_answered,
                60,
                4,
                locate=locate,
            ),
            Stage("analyse", CollectionScored, analyse.cached, analyse.on_collection_scored, 60, 4, locate=locate),
            Stage(
                "sentiment",
                CollectionAnalysed,
                sentiment.cached,
                sentiment.on_collection_analysed,
                60,
                4,
                locate=locate,
            ),
        ]
        runners: dict[type[Event], Handler] = {
            stage.event: StageRunner(stage, self.db, self.delivery, WORK) for stage in stages
        }
        imports = ImportHandlers(self.db, ImportSettings(), 0.5, dt.UTC)
        runners[ImportReceived] = StageRunner(cut_stage(imports), self.db, self.delivery, WORK)
        runners[BatchCut] = StageRunner(check_stage(imports), self.db, self.delivery, WORK)
        return runners | {
            OrderAnalysed: ends.on_order_analysed,
            SubjectAnalysed: ends.on_subject_analysed,
            OrderJudged: ends.on_order_judged,
            OrderCompared: ends.on_order_compared,
            StageFailed: ends.on_stage_failed,
        }

    async def prepare(self, questions: int) -> None:
        """A keyword whose bank is fresh, an engine, nobody who waits yet."""
        await store_bank(self.db, {f"1-0-{number:02d}": (0, f"问题 {number}？") for number in range(questions)})
        async with self.db.transaction() as tx:
            await tx.execute("UPDATE bank SET built_date = :date", date=DAY)
            await tx.execute(
                "INSERT INTO engine (name, kind, surface, profile) VALUES (:engine, 'browser', 'browser', '{}')",
                engine=ENGINE,
            )

    async def order(self) -> list[Event]:
        """Another order on the keyword; the events that start it or let it join."""
        async with self.db.transaction() as tx:
            events = await first_events(tx, KEYWORD, DAY, [ENGINE], Lane.EXPRESS, FreshnessSettings())
            order: UUID = await tx.value(
                "WITH owner AS (INSERT INTO users (name, role, key_sha256) VALUES (:name, 'client', :name)"
                " RETURNING id), placed AS (INSERT INTO orders"
                " (user_id, keyword, brand_name, brand, engines, first_date, track_days)"
                " SELECT id, :keyword, '索尼', '{\"name\": \"索尼\"}', ARRAY[:engine], :date, 7 FROM owner"
                " RETURNING id),"
                " day AS (INSERT INTO measurement (order_id, date, keyword) SELECT id, :date, :keyword FROM placed)"
                " INSERT INTO measurement_engine (order_id, date, engine) SELECT id, :date, :engine FROM placed"
                " RETURNING order_id",
                name=str(uuid4()),
                keyword=KEYWORD,
                engine=ENGINE,
                date=DAY,
            )
        self.orders.append(order)
        return events

    async def relay(self) -> None:
        """Publish what was written with rows, as the relay of the outbox does."""
        while await OutboxRelay(self.db, self.delivery).relay_batch():
            pass

    async def ended(self) -> bool:
        """Whether every order has."""
        open_ = await self.db.value(
            "SELECT count(*) FROM orders WHERE status NOT IN ('completed', 'failed', 'cancelled')"
        )
        return bool(open_ == 0)

    async def check(self, questions: int, most_asks: int) -> Sequence[str]:
        """Each order has ended once, each question is answered once and was asked no oftener than it may be.

        Returns:
            How the orders ended.
        """
        rows = await self.db.rows(
            "SELECT o.id, o.status, m.status AS measured, e.status AS engine,"
            " (SELECT count(*) FROM notification n WHERE n.order_id = o.id) AS told,"
            " (SELECT count(*) FROM mention_percentage p WHERE p.order_id = o.id AND p.engine = e.engine) AS rates"
            " FROM orders o JOIN measurement m ON m.order_id = o.id"
            " JOIN measurement_engine e ON e.order_id = o.id AND e.date = m.date"
        )
        assert {row["id"] for row in rows} == set(self.orders)
        for row in rows:
            assert row["status"] == row["measured"] in {"completed", "failed"}, dict(row)
            assert row["told"] == 1, dict(row)
            if row["status"] == "completed":
                assert (row["engine"], row["rates"]) == ("analysed", 1), dict(row)
        assert self.asked, "nobody was asked anything"
        assert max(self.asked.values()) <= most_asks, self.asked
        stored = await self.db.value("SELECT count(*) FROM ai_answer")
        keys = await self.db.value(
            "SELECT count(DISTINCT (keyword, question_id, engine, answer_date, replicate)) FROM ai_answer"
        )
        assert stored == keys == questions
        outcomes = await self.db.rows("SELECT outcomes FROM measurement_outcome")
        assert all(len(row["outcomes"]["status"]) == questions for row in outcomes)
        return [row["status"] for row in rows]
