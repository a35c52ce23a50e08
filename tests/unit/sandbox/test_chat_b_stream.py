from answerlens_sandbox.answer import Answer, answer
from answerlens_sandbox.chat_b_stream import events
from answerlens_sandbox.world import World
from tests.unit.sandbox.streams import NamedReply, frames, named

QUESTION = "预算500元，蓝牙耳机怎么选？"


def _replies() -> list[tuple[Answer, NamedReply]]:
    answers = [answer(World(7), "chat-b", QUESTION, nth) for nth in range(1, 40)]
    streams = [events(each, QUESTION, "123", nth, thinking=nth % 2 == 0) for nth, each in enumerate(answers)]
    return [(each, named(stream)) for each, stream in zip(answers, streams, strict=True)]


def test_the_events_come_to_the_answer_and_its_references() -> None:
    for given, reply in _replies():
        assert reply.text == given.text
        assert sorted(reply.cited) == [source.index for source in given.sources if source.cited]
        assert {each["index"] for each in reply.results} == {source.index for source in given.sources}
        assert reply.ends == [1, 2, 3]
        assert reply.suggestions == list(given.suggestions)
        assert reply.names[:3] == ["SSE_HEARTBEAT", "SSE_ACK", "FULL_MSG_NOTIFY"]


def test_the_spoken_copy_repeats_the_text() -> None:
    for given, reply in _replies():
        assert reply.tts.replace("\n", "") == given.text.replace("\n", "")


def test_results_come_before_or_after_the_text() -> None:
    assert {reply.results_after_text for given, reply in _replies() if given.sources} == {True, False}


def test_text_travels_both_ways_and_starts_with_the_notification() -> None:
    streams = [
        events(answer(World(7), "chat-b", QUESTION, nth), QUESTION, "1", nth, thinking=False) for nth in range(1, 20)
    ]
    deltas = [sum(name == "CHUNK_DELTA" for name, _ in frames(stream)) for stream in streams]
    assert min(deltas) == 0
    assert max(deltas) > 20
    for stream in streams:
        notify = next(data for name, data in frames(stream) if name == "STREAM_MSG_NOTIFY")
        assert notify["content"]["content_block"][0]["content"]["text_block"]["text"]


def test_some_results_are_videos_and_dates_are_iso_times() -> None:
    cards = [card for _, reply in _replies() for card in reply.results]
    assert any("platform" in card for card in cards)
    assert any(card.get("publish_time_second", "").endswith("+00:00") for card in cards)
