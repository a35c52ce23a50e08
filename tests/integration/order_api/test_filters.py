"""What the filters leave of a rate's answers, and what stands behind a rate that there is not."""

from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import (
    ANSWERS,
    ENGINES,
    QUESTIONS,
    RIVALS,
    everything,
    evidence,
    first_date,
    path,
    run,
)
from tests.support.answered import store_bank, store_day


async def measured(db: Database, clients: Clients, handlers: Handlers, **order: Any) -> dict[str, Any]:
    """An order that has been measured on its first day."""
    placed = await clients.place(**order)
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, first_date(placed), ANSWERS)
    await run(db, handlers, first_date(placed))
    return placed


@pytest.fixture
async def order(db: Database, clients: Clients, handlers: Handlers) -> dict[str, Any]:
    return await measured(db, clients, handlers, competitors=RIVALS)


@pytest.mark.case("c5")
@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({}, {"chat-a": (2, 4), "chat-b": (2, 4), "overall": (4, 8)}),
        ({"cluster": 0}, {"chat-a": (1, 2), "chat-b": (1, 2), "overall": (2, 4)}),
        ({"cluster": 1, "limit": 1}, {"chat-a": (1, 2), "chat-b": (1, 2), "overall": (2, 4)}),
        ({"cluster": 9}, {"chat-a": (0, 0), "chat-b": (0, 0), "overall": (0, 0)}),
        ({"cluster": 1, "engine": "chat-b"}, {"chat-b": (1, 2)}),
        ({"cluster": 0, "rate": "mention_rate[cluster=1]"}, {"chat-a": (0, 0), "chat-b": (0, 0), "overall": (0, 0)}),
        ({"cluster": 0, "rate": "mean_position", "engine": "chat-a"}, {"chat-a": (2, 1)}),
    ],
)
async def test_what_the_filters_leave_is_counted(
    clients: Clients, order: dict[str, Any], query: dict[str, Any], left: dict[str, tuple[int, int]]
) -> None:
    page = await evidence(clients, order, **{"rate": "mention_rate", **query})
    counted = {behind["engine"]: behind.get("counted") for behind in page["rates"]}
    assert {name: each and (each["numerator"], each["denominator"]) for name, each in counted.items()} == left
    items = await everything(clients, order, **{"rate": "mention_rate", **query})
    for engine, each in counted.items():
        assert each is not None
        assert each["answers"] == sum(engine in {item["engine"], "overall"} for item in items)


@pytest.mark.case("o4")
async def test_an_order_without_competitors_has_no_rank_anywhere(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    placed = await measured(db, clients, handlers, competitors=[])
    report = (await clients.acme.get(path(placed, "report"))).json()
    for part in (report["overall"], *report["engines"].values()):
        for name in ("first_mention_rate", "top3_rate", "mean_position", "share_of_voice"):
            found = part["rates"][name]
            assert (found["rate"], found["k"], found["n"], found["verdict"]) == (None, None, None, None), name
            assert found.get("reason") == "no_competitors"
    assert [note for note in report["notes"] if "没有竞品" in note and "no competitors" in note]
    assert await everything(clients, placed, rate="first_mention_rate") == []
    named = [item for item in await everything(clients, placed) if item["mentions"] and not item["branded"]]
    assert named
    assert {item["position"] for item in named} == {None}
