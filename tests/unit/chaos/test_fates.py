import pytest

from tests.chaos.fates import consumed_in

MESSAGE = "46ab3e16-3608-43eb-a0c5-0be14c6b09e2"
CONTEXT = (
    f"[answerlens] date=2026-11-29 keyword=咖啡机 message_id={MESSAGE} queue=searcher.x service=searcher stage=search"
)


def line(level: str, event: str) -> str:
    return f"2026-11-29T09:43:49.933326Z [{level:<9}] {event:<30} {CONTEXT}"


@pytest.mark.parametrize(
    "event",
    [
        "search done",
        "ask fresh",
        "bank joined",
        "plan already_failed",
        "score fell_back",
        "analyse done",
        "taken over",
        "refresh",
        "heard",
    ],
)
def test_a_message_that_is_dealt_with_is_consumed(event: str) -> None:
    assert consumed_in(line("info", event)) == {MESSAGE}


@pytest.mark.parametrize(
    "event", ["put off", "search retried", "search put_off", "search failed", "dead letter", "handler failed"]
)
def test_one_that_comes_again_or_is_to_be_buried_is_not(event: str) -> None:
    assert consumed_in(line("warning", event)) == set()


def test_a_line_about_no_message_says_nothing() -> None:
    assert (
        consumed_in("2026-11-29T09:43:49Z [info     ] refresh                        [answerlens] date=2026") == set()
    )
