"""`CollectionAnalysed` in, `OrderJudged` out, one an order whose report was made without it; no order waits for it."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

import structlog

from answerlens_analyzer.keyword_day import KeywordDay, keyword_day_of
from answerlens_analyzer.sentiment import store
from answerlens_analyzer.sentiment.asking import judge_answers
from answerlens_analyzer.sentiment.store import Label, Unjudged
from answerlens_analyzer.store import has_its_names, lock_days, outcomes_of_surface, versions_of_surface
from answerlens_common.db import Database
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import TransientError
from answerlens_common.events import CollectionAnalysed, Event, OrderJudged
from answerlens_common.llm import LanguageModel
from answerlens_common.llm.labelling import Answer
from answerlens_common.observing.logs import get_logger
from answerlens_common.work.claims import Lease, LeaseLostError
from answerlens_common.work.stages import TURN_SECONDS
from answerlens_rates.definitions import OVERALL
from answerlens_rates.outcomes import Outcomes, pool
from answerlens_rates.rates import compute_sentiment
from answerlens_rates.resting import with_engines

Answers = Mapping[tuple[str, int], Answer]


@dataclass(frozen=True)
class SentimentHandlers:
    """The sentiment stage, with what it needs; `model` is the name under which the language model's labels are kept."""

    db: Database
    llm: LanguageModel
    model: str

    async def cached(self, event: CollectionAnalysed) -> list[Event] | None:
        """There is nothing to do when every order has been judged; an order whose report lacks it is told again."""
        day = await keyword_day_of(self.db, event)
        if day is None:
            return []
        return None if await store.has_unjudged(self.db, day) else await self._unheard(day)

    async def on_collection_analysed(self, event: CollectionAnalysed, lease: Lease) -> list[Event]:
        """Judge the answers that name the brand of an order, order by order; what is known is not asked again."""
        day = await keyword_day_of(self.db, event)
        if day is None:
            return []  # it was dropped since it was looked up
        answers = await store.answers_of(self.db, day)
        until = time.monotonic() + TURN_SECONDS
        judged: set[UUID] = set()
        failed: dict[UUID, Exception] = {}
        again: list[Event] = []
        while not again and (turn := await store.unjudged(self.db, day, judged | failed.keys())):
            for waiting in turn:
                if judged and time.monotonic() > until:
                    again.append(event)
                    break
                try:
                    labels = await self._judge(lease, waiting, answers)
                    await self._store(lease, day, waiting, answers, labels)
                    judged.add(waiting.order.order_id)
                except (TransientError, LeaseLostError):
                    raise
                except Exception as error:  # noqa: BLE001 - it is this order's own: the others are judged first
                    failed[waiting.order.order_id] = error
        following = [] if again else await self._unheard(day, besides=judged)
        if failed and not judged and not await store.has_judged(self.db, day):
            raise next(iter(failed.values()))
        for each in failed.values():
            get_logger().error("the answers of an order cannot be judged", exc_info=each)
        return [*following, *again]

    async def _unheard(self, day: KeywordDay, besides: Collection[UUID] = frozenset()) -> list[Event]:
        """That orders have been judged, once more, where a report lacks it; without some."""
        lacking = [order for order in await store.lacking(self.db, day) if order not in besides]
        return [OrderJudged(order_id=order, date=day.date, engine=day.engine) for order in lacking]

    async def _judge(self, lease: Lease, waiting: Unjudged, answers: Answers) -> dict[str, Label]:
        brand = waiting.order.brand
        rows = [row for row in waiting.outcomes.where(waiting.outcomes.unjudged).answer_keys() if row in answers]
        named = ((store.digest(answers[row].text, brand), answers[row]) for row in rows)
        wanted = {digest: replace(answer, id=digest) for digest, answer in named}
        labels = await store.known(self.db, brand["name"], wanted)
        missing = [answer for digest, answer in wanted.items() if digest not in labels]
        # shared by every order on the brand; it is counted for the one that is judged first
        with structlog.contextvars.bound_contextvars(order=str(waiting.order.order_id)):
            new = await judge_answers(self.llm, brand, missing, partial(store.keep, lease, brand["name"], self.model))
        return labels | {digest: Label(sentiment, self.model) for digest, sentiment in new.items()}

    async def _store(
        self, lease: Lease, day: KeywordDay, waiting: Unjudged, answers: Answers, labels: Mapping[str, Label]
    ) -> None:
        order = waiting.order
        async with lease.write() as tx:
            await lock_days(tx, order.order_id, day.date)
            outcomes = await store.outcomes_of(tx, order.order_id, day)
            if outcomes is None or not await has_its_names(tx, order):
                return  # it is analysed again, and judged after that
            texts = [answers[row].text if row in answers else None for row in outcomes.answer_keys()]
            found = [None if text is None else labels.get(store.digest(text, order.brand)) for text in texts]
            judged = outcomes.judged_by([label.sentiment if label else None for label in found])
            await store.store_judged(tx, order.order_id, day, judged.columns()["sentiment"])
            put = partial(store.add_rates, tx, order.order_id, day, surface=outcomes.surface)
            # some labels may have been known when the day was analysed, from whatever model
            before = await versions_of_surface(tx, order.order_id, day.date, [day.engine])
            models = sorted({*before["sentiment_models"], *(label.model for label in found if label)})
            await put(engine=day.engine, rates=compute_sentiment(judged), models=models)
            engines = await outcomes_of_surface(tx, order.order_id, day.date, outcomes.surface)
            tables = {engine: Outcomes.from_columns(columns) for engine, columns in engines.items()}
            everything = with_engines(compute_sentiment(pool(list(tables.values()))), tables)
            versions = await versions_of_surface(tx, order.order_id, day.date, engines)
            await put(engine=OVERALL, rates=everything, models=list(versions["sentiment_models"]))
            # told at once: the order waits for none of those that are judged after it
            if await store.lacks(tx, order.order_id, day.date):
                await enqueue(tx, [OrderJudged(order_id=order.order_id, date=day.date, engine=day.engine)])
