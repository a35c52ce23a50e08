"""Every name on the broker, and which queue belongs to whom.

    exchange answerlens.events (topic) ── routing key ──▶ <service>.<event>[.<engine>][.<lane>]
                                                            ├── <queue>.retry.<seconds>  (waits, then returns)
    exchange answerlens.dead (direct) ───────────────────▶ └── <queue>.dead

All queues are quorum queues. `declare` makes them; services only use them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from answerlens_common.events import (
    AnswerWanted,
    Event,
    KeywordAnalysed,
    KeywordAnswersCollected,
    KeywordBankBuilt,
    KeywordRequested,
    KeywordScored,
    KeywordSearched,
    Lane,
    MeasurementWithdrawn,
    OrderAnalysed,
    OrderCompared,
    OrderJudged,
    RefreshRequested,
    StageFailed,
    SubjectAnalysed,
)

EVENTS_EXCHANGE = "answerlens.events"
DEAD_EXCHANGE = "answerlens.dead"

# Who consumes what, in the order of the pipeline. Each consumer has queues of its own, and gets every message.
CONSUMERS: dict[type[Event], tuple[str, ...]] = {
    KeywordRequested: ("searcher",),
    KeywordSearched: ("bank-builder",),
    KeywordBankBuilt: ("collector",),
    AnswerWanted: ("collector",),
    KeywordAnswersCollected: ("scorer",),
    KeywordScored: ("analyzer",),
    KeywordAnalysed: ("analyzer",),
    MeasurementWithdrawn: ("analyzer",),
    OrderAnalysed: ("order-api",),
    SubjectAnalysed: ("order-api",),
    OrderJudged: ("order-api",),
    OrderCompared: ("order-api",),
    StageFailed: ("order-api",),
    RefreshRequested: ("scheduler",),
}
# These travel without a lane: they are quick, and nothing waits behind them.
LANELESS: frozenset[type[Event]] = frozenset(
    {MeasurementWithdrawn, OrderAnalysed, SubjectAnalysed, OrderJudged, OrderCompared, StageFailed, RefreshRequested}
)


@dataclass(frozen=True)
class Queue:
    """A queue and the routing key that fills it."""

    name: str
    routing_key: str

    @property
    def dead(self) -> str:
        """Where its dead letters lie."""
        return f"{self.name}.dead"

    def retry(self, seconds: int) -> str:
        """Where a message waits `seconds` before it comes back."""
        return f"{self.name}.retry.{seconds}"


def queues_of(event: type[Event], engine: str | None = None, *, consumer: str | None = None) -> tuple[Queue, ...]:
    """The queues of an event, express before bulk; of one of its consumers, or of all.

    Args:
        event: what they hold.
        engine: for `AnswerWanted` only.
        consumer: a service.

    Raises:
        ValueError: the service does not consume the event.
    """
    if consumer is not None and consumer not in CONSUMERS[event]:
        message = f"{consumer} does not consume {event.event_name()}: see CONSUMERS"
        raise ValueError(message)
    consumers = CONSUMERS[event] if consumer is None else (consumer,)
    return tuple(queue for each in consumers for queue in _queues(each, event, engine))


def _queues(consumer: str, event: type[Event], engine: str | None) -> Iterator[Queue]:
    stem = f"{consumer}.{event.event_name().replace('.', '-').replace('_', '-')}"
    key = event.event_name()
    if engine is not None:
        stem, key = f"{stem}.{engine}", f"{key}.{engine}"
    if event in LANELESS:
        yield Queue(stem, key)
    else:
        yield from (Queue(f"{stem}.{lane}", f"{key}.{lane}") for lane in Lane)


def all_queues(engines: Iterable[str]) -> Iterator[Queue]:
    """Every queue of an installation with these engines."""
    for event in CONSUMERS:
        if event is AnswerWanted:
            for engine in engines:
                yield from queues_of(event, engine)
        else:
            yield from queues_of(event)
