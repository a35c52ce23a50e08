"""Every name on the broker, and which queue belongs to whom.

    exchange answerlens.events (topic) ── routing key ──▶ <service>.<event>[.<engine>][.<lane>]
                                                            ├── <queue>.retry.<seconds>  (waits, then returns)
    exchange answerlens.dead (direct) ───────────────────▶ └── <queue>.dead

All queues are quorum queues. `declare` makes them; services only use them.

An event without a consumer has no queue: it is published, and the broker drops it. A service that wants it adds its
name to `CONSUMERS`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from answerlens_common.events import (
    BatchCut,
    BreakerChanged,
    CollectionAnalysed,
    CollectionAnswered,
    CollectionScored,
    Event,
    ImportReceived,
    KeywordBankBuilt,
    KeywordRequested,
    KeywordSearched,
    Lane,
    MeasurementEnded,
    MeasurementWithdrawn,
    OrderAnalysed,
    OrderCompared,
    OrderEnded,
    OrderJudged,
    QuestionQueued,
    RefreshRequested,
    StageFailed,
    SubjectAnalysed,
)

EVENTS_EXCHANGE = "answerlens.events"
DEAD_EXCHANGE = "answerlens.dead"

# Who consumes what, in the order of the pipeline. Each consumer has queues of its own, and gets every message; an event
# that no service consumes yet is published all the same.
CONSUMERS: dict[type[Event], tuple[str, ...]] = {
    KeywordRequested: ("searcher",),
    KeywordSearched: ("bank-builder",),
    KeywordBankBuilt: ("collector",),
    QuestionQueued: ("collector",),
    CollectionAnswered: ("scorer",),
    CollectionScored: ("analyzer",),
    CollectionAnalysed: ("analyzer",),
    MeasurementWithdrawn: ("analyzer",),
    OrderAnalysed: ("order-api",),
    SubjectAnalysed: ("order-api",),
    OrderJudged: ("order-api",),
    OrderCompared: ("order-api",),
    StageFailed: ("order-api",),
    RefreshRequested: ("scheduler",),
    ImportReceived: ("collector",),
    BatchCut: ("collector",),
    MeasurementEnded: (),
    OrderEnded: (),
    BreakerChanged: (),
}
# These travel without a lane: they are quick, and nothing waits behind them.
LANELESS: frozenset[type[Event]] = frozenset(
    {
        MeasurementWithdrawn,
        OrderAnalysed,
        SubjectAnalysed,
        OrderJudged,
        OrderCompared,
        StageFailed,
        RefreshRequested,
        MeasurementEnded,
        OrderEnded,
        BreakerChanged,
    }
)
# What events were called in the release before. For one release their consumers also take what lies in the queues of
# then, which stay where they are. The topology job does not make them, and nothing is published to them but retries and
# replays; one that is deleted while its consumer runs is declared again by it, as any queue is.
FORMER_NAMES: dict[type[Event], str] = {
    QuestionQueued: "answer.wanted",
    CollectionAnswered: "keyword.answers_collected",
    CollectionScored: "keyword.scored",
    CollectionAnalysed: "keyword.analysed",
}


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
        engine: for `QuestionQueued` only.
        consumer: a service.

    Raises:
        ValueError: the service does not consume the event.
    """
    return _of(event, event.event_name(), engine, consumer)


def former_queues_of(
    event: type[Event], engine: str | None = None, *, consumer: str | None = None
) -> tuple[Queue, ...]:
    """The queues of an event as they were called in the release before; none when they have their names still."""
    former = FORMER_NAMES.get(event)
    return () if former is None else _of(event, former, engine, consumer)


def is_heard(routing_key: str) -> bool:
    """Whether some service consumes the events of a routing key; one that is not known here is taken for heard."""
    return not any(
        routing_key == event.event_name() or routing_key.startswith(f"{event.event_name()}.")
        for event, consumers in CONSUMERS.items()
        if not consumers
    )


def _of(event: type[Event], name: str, engine: str | None, consumer: str | None) -> tuple[Queue, ...]:
    if consumer is not None and consumer not in CONSUMERS[event]:
        message = f"{consumer} does not consume {event.event_name()}: see CONSUMERS"
        raise ValueError(message)
    consumers = CONSUMERS[event] if consumer is None else (consumer,)
    return tuple(queue for each in consumers for queue in _queues(each, event, name, engine))


def _queues(consumer: str, event: type[Event], name: str, engine: str | None) -> Iterator[Queue]:
    stem = f"{consumer}.{name.replace('.', '-').replace('_', '-')}"
    key = name
    if engine is not None:
        stem, key = f"{stem}.{engine}", f"{key}.{engine}"
    if event in LANELESS:
        yield Queue(stem, key)
    else:
        yield from (Queue(f"{stem}.{lane}", f"{key}.{lane}") for lane in Lane)


def all_queues(engines: Iterable[str]) -> Iterator[Queue]:
    """Every queue of an installation with these engines."""
    for event in CONSUMERS:
        if event is QuestionQueued:
            for engine in engines:
                yield from queues_of(event, engine)
        else:
            yield from queues_of(event)
