from unittest.mock import patch

import pytest

from answerlens_common.broker.topology import (
    CONSUMERS,
    FORMER_NAMES,
    Queue,
    all_queues,
    former_queues_of,
    is_heard,
    queues_of,
)
from answerlens_common.events import (
    BreakerChanged,
    CollectionScored,
    Event,
    KeywordBankBuilt,
    KeywordSearched,
    MeasurementEnded,
    OrderAnalysed,
    OrderEnded,
    QuestionQueued,
)
from answerlens_common.jobs.asyncapi import document

UNHEARD = {MeasurementEnded, OrderEnded, BreakerChanged}


def test_names_follow_the_one_spelling() -> None:
    express, bulk = queues_of(KeywordSearched)
    assert (express.name, express.routing_key) == (
        "bank-builder.keyword-searched.express",
        "keyword.searched.express",
    )
    assert bulk.dead == "bank-builder.keyword-searched.bulk.dead"
    assert bulk.retry(60) == "bank-builder.keyword-searched.bulk.retry.60"
    assert queues_of(KeywordBankBuilt)[0].name == "collector.keyword-bank-built.express"


def test_engines_have_queues_of_their_own() -> None:
    names = [queue.name for queue in queues_of(QuestionQueued, "chat-a")]
    assert names == ["collector.question-queued.chat-a.express", "collector.question-queued.chat-a.bulk"]


def test_quick_events_have_no_lanes() -> None:
    assert [queue.name for queue in queues_of(OrderAnalysed)] == ["order-api.order-analysed"]


def test_every_consumer_has_its_queues_and_no_two_share_one() -> None:
    names = [queue.name for queue in all_queues(["chat-a", "chat-b"])]
    assert len(names) == len(set(names))
    assert {name.split(".")[0] for name in names} == {each for consumers in CONSUMERS.values() for each in consumers}
    assert all(len(consumers) == len(set(consumers)) for consumers in CONSUMERS.values())
    assert {event for event, consumers in CONSUMERS.items() if not consumers} == UNHEARD
    for consumer in {name.split(".")[0] for name in names}:
        keys = [
            queue.routing_key for queue in all_queues(["chat-a", "chat-b"]) if queue.name.startswith(f"{consumer}.")
        ]
        assert len(keys) == len(set(keys))


@patch.dict(CONSUMERS, {OrderAnalysed: ("order-api", "notifier")})
def test_each_consumer_of_an_event_has_queues_of_its_own_for_the_same_key() -> None:
    assert queues_of(OrderAnalysed) == (
        Queue("order-api.order-analysed", "order.analysed"),
        Queue("notifier.order-analysed", "order.analysed"),
    )
    assert queues_of(OrderAnalysed, consumer="notifier") == (Queue("notifier.order-analysed", "order.analysed"),)
    assert set(queues_of(OrderAnalysed)) <= set(all_queues([]))
    operations = document()["operations"]
    assert operations["notifier.onOrderAnalysed"]["description"] == "from notifier.order-analysed"
    assert operations["order-api.onOrderAnalysed"]["description"] == "from order-api.order-analysed"
    with pytest.raises(ValueError, match=r"scorer does not consume order\.analysed"):
        queues_of(OrderAnalysed, consumer="scorer")


def test_the_queues_of_the_release_before_are_known_and_not_declared() -> None:
    assert former_queues_of(CollectionScored, consumer="analyzer") == (
        Queue("analyzer.keyword-scored.express", "keyword.scored.express"),
        Queue("analyzer.keyword-scored.bulk", "keyword.scored.bulk"),
    )
    assert [queue.name for queue in former_queues_of(QuestionQueued, "chat-a")] == [
        "collector.answer-wanted.chat-a.express",
        "collector.answer-wanted.chat-a.bulk",
    ]
    assert former_queues_of(KeywordSearched) == ()
    declared = {queue.name for queue in all_queues(["chat-a"])}
    engines: dict[type[Event], str] = {QuestionQueued: "chat-a"}
    assert not declared.intersection(
        queue.name for event in FORMER_NAMES for queue in former_queues_of(event, engines.get(event))
    )


@pytest.mark.parametrize("event", UNHEARD)
def test_an_event_that_no_service_consumes_has_no_queue_and_a_consumer_only_adds_its_name(event: type[Event]) -> None:
    assert queues_of(event) == ()
    assert not is_heard(event.event_name())
    with patch.dict(CONSUMERS, {event: ("notifier",)}):
        assert is_heard(event.event_name())
        assert len(queues_of(event)) == 1


def test_an_event_that_is_consumed_or_unknown_has_to_be_routed() -> None:
    assert all(is_heard(queue.routing_key) for queue in all_queues(["chat-a"]))
    assert is_heard("keyword.scored.bulk")
    assert is_heard("measurement.ended_otherwise")
