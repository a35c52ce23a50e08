"""One progress bar over orders on one keyword, until all of them have ended."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from answerlens_cli.api import Json
from answerlens_common.contracts.statuses import MeasurementStatus
from answerlens_common.stage_names import StageName

STOPPED = {MeasurementStatus.FAILED, MeasurementStatus.CANCELLED, MeasurementStatus.WITHDRAWN}
"""How an order ends that was not measured to the end: it has no percentage."""
ENDED = {MeasurementStatus.COMPLETED, *STOPPED}
POLL_SECONDS = 0.5
# Where there is no terminal to redraw, a line for each stage and for each further tenth.
LINE_EVERY_PERCENT = 10
STAGES: dict[str, str] = {
    StageName.SEARCH: "searching questions",
    StageName.BANK: "building the question bank",
    StageName.COLLECT: "asking the engines",
    StageName.SCORE: "scoring the answers",
    StageName.ANALYSE: "computing the rates",
}


def follow(
    order_ids: Sequence[str],
    fetch: Callable[[str], Json],
    console: Console,
    *,
    pause: Callable[[], None] = lambda: time.sleep(POLL_SECONDS),
) -> list[Json]:
    """Show the progress of the order that is furthest behind.

    Args:
        order_ids: the orders to wait for, at least one.
        fetch: gives an order by its id.
        console: where to show it; a plain line now and then when that is no terminal.
        pause: waits between two looks.

    Returns:
        The orders as they ended, in the order of `order_ids`.
    """
    with _bar(console) as show:
        while True:
            orders = [fetch(order_id) for order_id in order_ids]
            open_orders = [order for order in orders if order["status"] not in ENDED]
            show(min(open_orders or orders, key=_percent))
            if not open_orders:
                return orders
            pause()


def describe(order: Json) -> tuple[str, str]:
    """What an order is at: its stage in words, and "n of N" with the time left as far as they are known."""
    status, stage = str(order["status"]), str(order.get("stage") or "")
    words = status if status in ENDED or not stage else STAGES.get(stage, stage)
    parts = []
    if order.get("total") and status not in STOPPED:
        parts.append(f"{order.get('done') or 0} of {order['total']}")
    if order.get("eta_seconds") and status not in ENDED:
        parts.append(f"about {_duration(round(order['eta_seconds']))} left")
    return words, ", ".join(parts)


def percent(order: Json) -> str:
    """How far an order is, such as "29 %"; nothing for one that has stopped."""
    return "" if order["status"] in STOPPED or order["progress"] is None else f"{_percent(order):.0f} %"


def _percent(order: Json) -> float:
    return float(order["progress"] or 0)


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[Json], None]]:
    if not console.is_terminal:
        yield _Lines(console).show
        return
    columns = (
        TextColumn("{task.description:<26}"),
        BarColumn(),
        TextColumn("{task.fields[percent]:>5}"),
        TextColumn("{task.fields[count]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("waiting", total=100, percent="", count="")

        def show(order: Json) -> None:
            words, count = describe(order)
            # the bar of one that has stopped stays where it was
            completed = None if order["status"] in STOPPED else _percent(order)
            progress.update(task, completed=completed, description=words, percent=percent(order), count=count)

        yield show


class _Lines:
    """Progress where nothing can be redrawn."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: tuple[str, int] | None = None

    def show(self, order: Json) -> None:
        words, count = describe(order)
        step = (words, int(_percent(order) // LINE_EVERY_PERCENT))
        if step != self._shown:
            self._console.print(f"{percent(order):>5}  {words:<26} {count}".rstrip(), highlight=False)
            self._shown = step


def _duration(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
