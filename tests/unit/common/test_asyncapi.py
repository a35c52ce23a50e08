import json
from pathlib import Path

from answerlens_common.broker.topology import CONSUMERS
from answerlens_common.jobs.asyncapi import PUBLISHERS, UNHEARD, document

ROOT = Path(__file__).parents[3]


def test_the_published_document_is_the_present_one() -> None:
    published = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))
    assert published == document(), "renew it: python -m answerlens_common.jobs.asyncapi > docs/asyncapi.json"


def test_every_event_has_its_publishers() -> None:
    assert set(PUBLISHERS) == {event.__name__ for event in CONSUMERS}


def test_an_event_without_a_consumer_says_so() -> None:
    channels, operations = document()["channels"], document()["operations"]
    unheard = {event.__name__ for event, consumers in CONSUMERS.items() if not consumers}
    assert unheard
    assert {name for name, channel in channels.items() if channel.get("description") == UNHEARD} == unheard
    for name in unheard:
        assert [key for key in operations if key.endswith(f".on{name}")] == []
        assert [key for key in operations if key.endswith(f".publish{name}")]


def test_a_consumer_also_takes_what_the_release_before_has_left() -> None:
    said = document()["operations"]["collector.onQuestionQueued"]["description"]
    assert said == (
        "from collector.question-queued.{engine}.express, collector.question-queued.{engine}.bulk; for one release also"
        " what is left in collector.answer-wanted.{engine}.express, collector.answer-wanted.{engine}.bulk"
    )
