import json
from pathlib import Path

from answerlens_common.broker.topology import CONSUMERS
from answerlens_common.jobs.asyncapi import PUBLISHERS, document

ROOT = Path(__file__).parents[3]


def test_the_published_document_is_the_present_one() -> None:
    published = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))
    assert published == document(), "renew it: python -m answerlens_common.jobs.asyncapi > docs/asyncapi.json"


def test_every_event_has_its_publishers() -> None:
    assert set(PUBLISHERS) == {event.__name__ for event in CONSUMERS}
