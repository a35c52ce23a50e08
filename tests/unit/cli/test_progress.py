import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console

from answerlens_cli.api import Json
from answerlens_cli.progress import describe, follow, percent


def order(status: str = "running", progress: float | None = 0, **more: Any) -> Json:
    return {"status": status, "progress": progress, "stage": None, "done": None, "total": None} | more


def fetching(histories: dict[str, list[Json]]) -> Callable[[str], Json]:
    """An API that gives each order's next state at each look."""
    iterators: dict[str, Iterator[Json]] = {order_id: iter(states) for order_id, states in histories.items()}
    return lambda order_id: next(iterators[order_id])


def plain_console() -> Console:
    return Console(file=io.StringIO(), width=100)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_shows_the_order_that_is_furthest_behind() -> None:
    console = plain_console()
    histories = {
        "a": [order(progress=40, stage="collect", done=80, total=200), order("completed", 100)],
        "b": [order(progress=10, stage="bank"), order("completed", 100)],
    }
    ended = follow(["a", "b"], fetching(histories), console, pause=lambda: None)
    assert [one["status"] for one in ended] == ["completed", "completed"]
    assert shown(console).splitlines() == [" 10 %  building the question bank", "100 %  completed"]


def test_waits_for_every_order_and_a_failed_one_has_ended() -> None:
    console = plain_console()
    histories = {
        "a": [order("failed", None), order("failed", None), order("failed", None)],
        "b": [order(progress=50, stage="collect"), order(progress=60, stage="collect"), order("completed", 100)],
    }
    ended = follow(["a", "b"], fetching(histories), console, pause=lambda: None)
    assert [one["status"] for one in ended] == ["failed", "completed"]
    assert " 60 %" in shown(console)


def test_without_a_terminal_a_line_a_stage_and_a_tenth() -> None:
    console = plain_console()
    asked = [
        order(progress=20 + percent / 10, stage="collect", done=percent, total=200) for percent in range(0, 200, 5)
    ]
    follow(["a"], fetching({"a": [*asked, order("completed", 100)]}), console, pause=lambda: None)
    lines = shown(console).splitlines()
    assert lines[0] == " 20 %  asking the engines         0 of 200"
    assert len(lines) == 3


def test_at_a_terminal_one_bar_with_stage_and_count() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    states = [order(progress=40, stage="collect", done=80, total=200, eta_seconds=75), order("completed", 100)]
    follow(["a"], fetching({"a": states}), console, pause=lambda: None)
    assert "completed" in shown(console)
    assert "100 %" in shown(console)


@pytest.mark.parametrize(
    ("state", "words", "count"),
    [
        (order("queued"), "queued", ""),
        (order(stage="collect", done=0, total=400), "asking the engines", "0 of 400"),
        (
            order(stage="collect", done=80, total=400, eta_seconds=64.6),
            "asking the engines",
            "80 of 400, about 1 min 5 s left",
        ),
        (order(stage="proofread"), "proofread", ""),
        (order("completed", 100, stage="analyse", done=3, total=3, eta_seconds=9), "completed", "3 of 3"),
        (order("cancelled", 97, stage="analyse", done=0, total=1, eta_seconds=9), "cancelled", ""),
    ],
)
def test_what_an_order_is_at(state: Json, words: str, count: str) -> None:
    assert describe(state) == (words, count)


@pytest.mark.parametrize(("state", "shown"), [(order(progress=29), "29 %"), (order("failed", None), "")])
def test_only_what_goes_on_or_is_completed_has_a_percentage(state: Json, shown: str) -> None:
    assert percent(state) == shown


@pytest.mark.parametrize("is_terminal", [True, False])
def test_one_that_is_cancelled_ends_without_a_percentage(*, is_terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=is_terminal)
    states = [order(progress=40, stage="collect", done=80, total=200), order("cancelled", None, done=0, total=0)]
    follow(["a"], fetching({"a": states}), console, pause=lambda: None)
    last = [line for line in shown(console).splitlines() if "cancelled" in line][-1]
    assert "%" not in last
    assert " of " not in last
