from answerlens_common.broker.topology import CONSUMERS, all_queues, queues_of
from answerlens_common.events import AnswerWanted, KeywordBankBuilt, KeywordSearched, OrderAnalysed


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
    assert {name.split(".")[0] for name in names} == set(CONSUMERS.values())
    keys = [queue.routing_key for queue in all_queues(["chat-a", "chat-b"])]
    assert len(keys) == len(set(keys))
