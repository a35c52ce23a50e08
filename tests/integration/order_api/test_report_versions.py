"""A report is a document: made when its measurement ends, and not changed by what comes later."""

import json
from typing import Any
from uuid import UUID

import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.analysed import news
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.documents import (
    ONE,
    drop_everything,
    measure,
    measured_order,
    pending,
    reanalyse,
    version,
    versions,
    withdraw,
)
from tests.integration.order_api.lineage import ENGINES, QUESTIONS, RIVALS, first_date, path, refreshed, run, settle
from tests.support.answered import drop_day, store_bank


@pytest.fixture
async def order(db: Database, clients: Clients, handlers: Handlers) -> dict[str, Any]:
    return await measured_order(db, clients, handlers)


@pytest.mark.case("o3")
async def test_the_first_version_stays_the_same_to_the_byte(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    """After a later day, another analysis, a day before it, a withdrawal, and when all that it was made of is gone."""
    day = first_date(order)
    delivered = (await version(clients, order, 1)).content

    async def is_the_same() -> bool:
        return (await version(clients, order, 1)).content == delivered

    await refreshed(db, clients, day + ONE)
    assert await is_the_same(), "a later day begins"
    await measure(db, handlers, day + ONE)
    assert await is_the_same(), "a later day"
    assert (await reanalyse(clients, order, "Sony", "漫步者")).status_code == 202
    assert await is_the_same(), "while it is analysed again"
    for date in (day, day + ONE):
        await run(db, handlers, date)
    assert await is_the_same(), "with other names"
    await refreshed(db, clients, day - ONE, backdate=True)
    assert await is_the_same(), "while an earlier day is measured"
    await measure(db, handlers, day - ONE)
    assert await is_the_same(), "an earlier day"
    await drop_everything(db, day)
    assert await is_the_same(), "its answers and its bank are dropped"
    assert (await withdraw(clients, order, day - ONE)).status_code == 200
    await settle(db, handlers)
    assert await is_the_same(), "an earlier day is withdrawn"
    assert (await withdraw(clients, order, day)).status_code == 200
    await settle(db, handlers)
    assert await is_the_same(), "withdrawn"
    before = str(day - ONE)
    assert [(each["why"], each["cause"]) for each in await versions(clients, order)] == [
        ("measured", None),
        ("reanalysed", None),
        ("backdated", before),
        ("withdrawn", before),
        ("withdrawn", None),
    ]


async def test_a_version_is_made_when_its_measurement_ends_and_not_when_it_is_read(
    db: Database, clients: Clients, order: dict[str, Any]
) -> None:
    async with db.transaction() as tx:
        assert await tx.value("SELECT count(*) FROM report_version") == 1
        await tx.execute("UPDATE mention_percentage SET rates = '{}'")
    assert (await version(clients, order, 1)).json()["overall"]["rates"]["mention_rate"]["k"] == 4


async def test_a_report_that_cannot_be_stored_ends_no_measurement(
    db: Database, clients: Clients, handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from answerlens_orders.reports import store as rows  # noqa: PLC0415 - only this test looks inside

    placed = await clients.place(competitors=RIVALS)
    await store_bank(db, QUESTIONS)
    add, failures = rows.add, ["once"]

    async def failing(*arguments: Any, **values: Any) -> None:
        await add(*arguments, **values)
        if failures:
            raise RuntimeError(failures.pop())

    monkeypatch.setattr(rows, "add", failing)
    with pytest.raises(RuntimeError, match="once"):
        await measure(db, handlers, first_date(placed))
    assert await db.value("SELECT count(*) FROM report_version") == 0
    assert await db.value("SELECT count(*) FROM measurement WHERE completed_at IS NOT NULL") == 0
    for engine in ENGINES:  # the messages come again
        await handlers.on_order_analysed(news(placed, engine), "1")
    (made,) = await versions(clients, placed)
    assert made["version"] == 1


async def test_another_analysis_makes_another_version_with_what_changed(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    assert (await reanalyse(clients, order, "Sony", "漫步者")).status_code == 202
    meanwhile = await clients.acme.get(path(order, "report"))
    assert (meanwhile.status_code, meanwhile.headers["Report-Version"]) == (200, "1")
    (first,) = await versions(clients, order)
    assert ["being worked on" in note for note in first["notes"]] == [True]
    await run(db, handlers, first_date(order))
    first, second = await versions(clients, order)
    assert (first["changes"], second["why"], second["cause"]) == ([], "reanalysed", None)
    assert ["Version 2 is newer" in note for note in first["notes"]] == [True]
    changed = {change["field"]: change for change in second["changes"]}
    assert changed["order.brand.aliases"]["was"] == ["Sony"]
    assert changed["order.brand.aliases"]["is"] == ["Sony", "漫步者"]
    rate = changed["overall.rates.mention_rate"]
    assert (rate["was"]["k"], rate["is"]["k"], "n" in rate["was"]) == (4, 6, False)
    assert "analysed again" in rate["why"]
    assert changed["overall.versions.names"]["was"] != changed["overall.versions.names"]["is"]
    newest = await clients.acme.get(path(order, "report"))
    assert (newest.headers["Report-Version"], newest.json()["version"]) == ("2", 2)
    assert newest.json()["order"]["brand"]["aliases"] == ["Sony", "漫步者"]


async def test_a_version_that_equals_the_one_before_is_not_stored(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    delivered = (await version(clients, order, 1)).content
    assert (await clients.acme.post(path(order, "reanalyse"))).status_code == 202
    await run(db, handlers, first_date(order))
    assert [each["version"] for each in await versions(clients, order)] == [1]
    assert (await clients.acme.get(path(order, "report"))).content == delivered


async def test_a_day_has_at_most_twenty_versions(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    for number in range(2, 21):
        assert (await reanalyse(clients, order, *(["漫步者"] * (number % 2)))).status_code == 202
        await run(db, handlers, first_date(order))
    delivered = (await clients.acme.get(path(order, "report"))).content
    refused = await reanalyse(clients, order, "漫步者", "Sony")
    assert (refused.status_code, "20 versions" in refused.json()["detail"]) == (409, True)
    shown = (await clients.acme.get(path(order, "").rstrip("/"))).json()
    assert (shown["brand"]["aliases"], shown["measurements"][0]["status"]) == ([], "completed")
    assert (await clients.acme.get(path(order, "report"))).content == delivered
    assert len(await versions(clients, order)) == 20
    # an admin can always say that it should not have been measured
    assert (await withdraw(clients, order, first_date(order))).status_code == 200


async def test_names_of_a_day_that_is_only_compared_anew_are_those_that_were_looked_for(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    """The answers of the first day are gone when the names change; a day before it is measured then."""
    day = first_date(order)
    await drop_day(db, day)
    assert (await reanalyse(clients, order, "漫步者")).json()["days"] == []
    async with db.transaction() as tx:
        await tx.execute("UPDATE mention_percentage SET rates = jsonb_set(rates, '{mention_rate,verdict}', '\"up\"')")
    await refreshed(db, clients, day - ONE, backdate=True)
    await measure(db, handlers, day - ONE)
    first, second = await versions(clients, order)
    assert (second["why"], second["cause"]) == ("backdated", str(day - ONE))
    assert {change["field"].rpartition(".")[2] for change in second["changes"]} == {"mention_rate"}
    assert str(day - ONE) in second["changes"][0]["why"]
    body = (await version(clients, order, 2)).json()
    assert body["order"] == (await version(clients, order, first["version"])).json()["order"]
    assert body["order"]["brand"]["aliases"] == ["Sony"]


async def test_pending_sentiment_is_filled_in_once_in_place_and_said(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    from answerlens_common.events import OrderJudged  # noqa: PLC0415 - was not there before

    before = (await version(clients, order, 1)).json()
    assert (before["complete_at"], pending(before)) == (None, list(ENGINES))
    (note,) = [note for note in before["notes"] if "is not known (yet)" in note]

    async def judge(engine: str, share: float) -> None:
        async with db.transaction() as tx:
            await tx.execute("UPDATE measurement_outcome SET judged = true WHERE engine = :engine", engine=engine)
            await tx.execute(
                "UPDATE mention_percentage SET rates = rates || CAST(:rates AS jsonb),"
                " versions = versions || '{\"sentiment_models\": [\"judge-1\"]}' WHERE engine IN (:engine, 'overall')",
                engine=engine,
                rates=json.dumps({"positive_share": {"rate": share}, "mention_rate": {"rate": 0.99}}),
            )
        event = OrderJudged(order_id=UUID(order["id"]), date=first_date(order), engine=engine)
        await handlers.on_order_judged(event, "1")

    await judge("chat-a", 0.5)
    assert (await version(clients, order, 1)).json() == before, "chat-b is still pending"
    await judge("chat-b", 0.6)
    after = (await version(clients, order, 1)).json()
    assert (pending(after), after["complete_at"] > after["created_at"]) == ([], True)
    assert after["notes"] == [each for each in before["notes"] if each != note]
    shares = {name: part["rates"]["positive_share"]["rate"] for name, part in after["engines"].items()}
    assert (shares, after["overall"]["rates"]["positive_share"]["rate"]) == ({"chat-a": 0.5, "chat-b": 0.6}, 0.6)
    assert after["overall"]["versions"]["sentiment_models"] == ["judge-1"]
    assert after["overall"]["rates"]["mention_rate"] == before["overall"]["rates"]["mention_rate"], "nothing else"
    (listed,) = await versions(clients, order)
    assert (listed["complete_at"], listed["changes"]) == (after["complete_at"], [])
    await judge("chat-b", 0.7)
    assert (await version(clients, order, 1)).json() == after, "once"
