import pytest

from answerlens_collector.decoders.sse import SseEvent, SseParser


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_events_survive_a_cut_at_any_byte(end: str) -> None:
    stream = (
        f"\ufeffevent: a{end}data: 蓝{end}{end}: 注释{end}data:x{end}data: 牙{end}{end}{end}id: 7{end}{end}".encode()
    )
    whole = SseParser().feed(stream + b"\n")
    assert whole == [SseEvent("a", "蓝"), SseEvent("", "x\n牙")]
    for cut in range(len(stream) + 1):
        parser = SseParser()
        assert parser.feed(stream[:cut]) + parser.feed(stream[cut:]) + parser.feed(b"\n") == whole


def test_an_event_that_is_not_ended_is_not_given_out() -> None:
    assert SseParser().feed(b"event: a\ndata: 1\n") == []


def test_a_line_without_colon_and_unknown_fields_are_passed_over() -> None:
    assert SseParser().feed(b"data\nretry: 5\n\nfoo: 1\n\ndata: 1\n\n") == [SseEvent("", ""), SseEvent("", "1")]


def test_data_that_is_not_json_is_none() -> None:
    assert SseEvent("", "{").json() is None
    assert SseEvent("", "[" * 100_000).json() is None
