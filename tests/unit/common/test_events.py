import datetime as dt
import json
from uuid import UUID

import pytest
from pydantic import ValidationError

from answerlens_common import events

DATE = dt.date(2026, 3, 1)
ORDER = UUID("00000000-0000-4000-8000-000000000001")

# Messages as they lie in queues: what a later version of the code must still read.
GOLDEN = {
    "KeywordRequested": '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"express"}',
    "KeywordSearched": '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"express"}',
    "KeywordBankBuilt": '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"bulk"}',
    "QuestionQueued": '{"version":1,"collection_id":7,"engine":"chat-a","lane":"bulk","keyword":"蓝牙耳机",'
    '"number":26,"replicate":1}',
    "CollectionAnswered": '{"version":1,"collection_id":7,"engine":"chat-a","lane":"bulk","keyword":"蓝牙耳机"}',
    "CollectionScored": '{"version":1,"collection_id":7,"engine":"chat-a","lane":"bulk","keyword":null}',
    "CollectionAnalysed": '{"version":1,"collection_id":7,"engine":"chat-a","lane":"bulk","keyword":"蓝牙耳机"}',
    "ImportReceived": '{"version":1,"import_id":"00000000-0000-4000-8000-000000000001","lane":"bulk"}',
    "BatchCut": '{"version":1,"import_id":"00000000-0000-4000-8000-000000000001","lane":"bulk","number":3}',
    "OrderAnalysed": '{"version":1,"order_id":"00000000-0000-4000-8000-000000000001","date":"2026-03-01",'
    '"engine":"chat-a"}',
    "SubjectAnalysed": '{"version":1,"subject_id":3,"collection_id":7}',
    "StageFailed": '{"version":1,"stage":"search","keyword":"蓝牙耳机","date":"2026-03-01","engine":null,'
    '"error":"captcha","failed_at":null,"code":null,"order_id":null,"collection_id":null}',
    "RefreshRequested": '{"version":1,"date":"2026-03-01","backdate":false}',
    "OrderJudged": '{"version":1,"order_id":"00000000-0000-4000-8000-000000000001","date":"2026-03-01",'
    '"engine":"chat-a"}',
    "MeasurementWithdrawn": '{"version":1,"order_id":"00000000-0000-4000-8000-000000000001","date":"2026-03-01"}',
    "OrderCompared": '{"version":1,"order_id":"00000000-0000-4000-8000-000000000001","date":"2026-03-01"}',
    "MeasurementEnded": '{"version":1,"order_id":"00000000-0000-4000-8000-000000000001","date":"2026-03-01",'
    '"status":"completed","reanalysed":false}',
    "OrderEnded": '{"version":1,"order_id":"00000000-0000-4000-8000-000000000001","status":"failed"}',
    "BreakerChanged": '{"version":1,"breaker":"engine:chat-a","transition":"opened"}',
}


# Messages from before collections had ids name a keyword's day, and a question of its bank.
BEFORE_COLLECTIONS = {
    "QuestionQueued": '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"bulk",'
    '"engine":"chat-a","question_id":"2-0-01","replicate":1}',
    "CollectionAnswered": '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"bulk",'
    '"engine":"chat-a"}',
    "CollectionScored": '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"bulk",'
    '"engine":"chat-a"}',
    "CollectionAnalysed": '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"bulk",'
    '"engine":"chat-a"}',
}
# Messages from before a field was there.
OLDER = {
    "StageFailed": '{"version":1,"stage":"search","keyword":"蓝牙耳机","date":"2026-03-01","error":"captcha"}',
    "KeywordRequested": '{"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"express"}',
    "RefreshRequested": '{"version":1,"date":"2026-03-01"}',
}


@pytest.mark.fault("F50")
@pytest.mark.parametrize("name", GOLDEN)
def test_old_messages_stay_readable_and_new_ones_look_the_same(name: str) -> None:
    event = getattr(events, name).model_validate_json(GOLDEN[name])
    assert event.model_dump_json() == GOLDEN[name]


@pytest.mark.fault("F50")
@pytest.mark.parametrize("name", GOLDEN)
def test_while_old_and_new_services_run_side_by_side_each_reads_the_others_messages(name: str) -> None:
    event = getattr(events, name)
    ours = event.model_validate_json(GOLDEN[name])
    newer = json.loads(GOLDEN[name]) | {"added_later": [{"deep": None}], "x": 1}
    assert event.model_validate_json(json.dumps(newer)) == ours
    if name in OLDER:
        assert event.model_validate_json(OLDER[name]) == ours


@pytest.mark.fault("F50")
@pytest.mark.parametrize("name", BEFORE_COLLECTIONS)
def test_messages_from_before_collections_say_which_day_and_question_they_are_about(name: str) -> None:
    body = BEFORE_COLLECTIONS[name]
    event = getattr(events, name).model_validate_json(body)
    assert (event.collection_id, event.keyword, event.date, event.engine) == (None, "蓝牙耳机", DATE, "chat-a")
    if name == "QuestionQueued":
        assert (event.number, event.question_id, event.replicate) == (None, "2-0-01", 1)
    for missing in ("keyword", "date", *(["question_id"] if name == "QuestionQueued" else [])):
        less = {key: value for key, value in json.loads(body).items() if key != missing}
        with pytest.raises(ValidationError, match="is missing"):
            getattr(events, name).model_validate(less)


def test_every_event_has_a_golden_message() -> None:
    def leaves(event: type[events.Event]) -> set[str]:
        below = event.__subclasses__()
        return {event.__name__}.union(*map(leaves, below)) if below else {event.__name__}

    assert leaves(events.Event) - {
        "Event",
        "WorkEvent",
        "KeywordEvent",
        "CollectionEvent",
        "ImportEvent",
    } == set(GOLDEN)


def test_unknown_fields_are_ignored_and_unknown_versions_refused() -> None:
    message = json.loads(GOLDEN["KeywordRequested"])
    assert events.KeywordRequested.model_validate({**message, "added_later": 1}).keyword == "蓝牙耳机"
    with pytest.raises(ValidationError, match="version"):
        events.KeywordRequested.model_validate({**message, "version": 2})


def test_one_spelling() -> None:
    assert events.KeywordBankBuilt.event_name() == "keyword.bank_built"
    assert events.CollectionAnswered.event_name() == "collection.answered"
    wanted = events.QuestionQueued.model_validate_json(GOLDEN["QuestionQueued"])
    assert wanted.routing_key() == "question.queued.chat-a.bulk"
    assert events.MeasurementEnded.event_name() == "measurement.ended"


def test_a_following_event_carries_date_bank_version_and_lane() -> None:
    first = events.KeywordRequested(keyword="耳机", date=DATE, bank_version=3, lane=events.Lane.BULK)
    built = events.KeywordBankBuilt.following(first)
    assert (built.keyword, built.date, built.bank_version, built.lane) == ("耳机", DATE, 3, events.Lane.BULK)
    assert events.KeywordBankBuilt.following(first, bank_version=2).bank_version == 2


def test_a_following_event_carries_its_collection() -> None:
    collected = events.CollectionAnswered.model_validate_json(GOLDEN["CollectionAnswered"])
    scored = events.CollectionScored.following(collected)
    assert (scored.collection_id, scored.engine, scored.lane) == (7, "chat-a", events.Lane.BULK)


def test_events_are_frozen() -> None:
    event = events.OrderAnalysed(order_id=ORDER, date=DATE, engine="chat-a")
    with pytest.raises(ValidationError):
        event.engine = "chat-b"  # type: ignore[misc]
