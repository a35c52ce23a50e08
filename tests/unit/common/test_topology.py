from unittest.mock import patch

import pytest

from answerlens_common.broker.topology import CONSUMERS, Queue, all_queues, queues_of
from answerlens_common.events import AnswerWanted, KeywordBankBuilt, KeywordSearched, OrderAnalysed
from answerlens_common.jobs.asyncapi import document


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
    names = [queue.name for queue in queues_of(AnswerWanted, "chat-a")]
    assert names == ["collector.answer-wanted.chat-a.express", "collector.answer-wanted.chat-a.bulk"]


def test_quick_events_have_no_lanes() -> None:
    assert [queue.name for queue in queues_of(OrderAnalysed)] == ["order-api.order-analysed"]


def test_every_consumer_has_its_queues_and_no_two_share_one() -> None:
    names = [queue.name for queue in all_queues(["chat-a", "chat-b"])]
    assert len(names) == len(set(names))
    assert {name.split(".")[0] for name in names} == {each for consumers in CONSUMERS.values() for each in consumers}
    assert all(len(consumers) == len(set(consumers)) > 0 for consumers in CONSUMERS.values())
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
