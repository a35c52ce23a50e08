"""A measurement that is withdrawn counts nowhere any more, and can be made anew."""

import datetime as dt
from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import ENGINES, RIVALS, first_date, path, refreshed, run, settle
from tests.support.answered import Given, drop_day, store_bank, store_day

ONE = dt.timedelta(days=1)
REASON = "测错了日期 measured for a date long past"
# enough questions for a change to be told, and for a chain
MANY = {f"q{n:02}": (n % 2, f"第 {n} 个问题：耳机怎么选？") for n in range(40)}


@pytest.fixture
async def order(db: Database, clients: Clients, handlers: Handlers) -> dict[str, Any]:
    """An order whose first three days have been measured; on the second more answers name the brand."""
    placed = await clients.place(competitors=RIVALS, track_days=3)
    await store_bank(db, MANY)
    for n, named in enumerate((10, 30, 10)):
        date = first_date(placed) + n * ONE
        if n:
            await refreshed(db, clients, date)
        await measure(db, handlers, date, named)
    return placed


async def measure(db: Database, handlers: Handlers, date: dt.date, named: int) -> None:
    answers = {name: Given("推荐索尼。" if n < named else "都可以。") for n, name in enumerate(MANY)}
    for engine in ENGINES:
        await store_day(db, engine, date, answers)
    await run(db, handlers, date)


async def withdraw(clients: Clients, order: dict[str, Any], date: dt.date, reason: str = REASON) -> Any:
    form = {"date": str(date), "reason": reason}
    return await clients.admin.post(path(order, "withdraw"), json=form)


async def report(clients: Clients, order: dict[str, Any], date: dt.date) -> dict[str, Any]:
    found = await clients.acme.get(path(order, "report"), params={"date": str(date)})
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


async def show(clients: Clients, order: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = (await clients.acme.get(path(order, "").rstrip("/"))).json()
    return shown


async def test_a_withdrawn_day_shows_no_rates_and_says_why(
    db: Database, clients: Clients, order: dict[str, Any]
) -> None:
    day = first_date(order) + ONE
    answer = await withdraw(clients, order, day)
    assert answer.status_code == 200, answer.text
    body = await report(clients, order, day)
    assert (body["status"], body["version"], body["overall"]) == ("withdrawn", 2, None)
    assert {engine: part["rates"] for engine, part in body["engines"].items()} == {engine: {} for engine in ENGINES}
    assert (body["withdrawn"]["reason"], body["withdrawn"]["admin"]) == (REASON, "admin")
    assert dt.datetime.fromisoformat(body["withdrawn"]["at"]) <= dt.datetime.now(dt.UTC)
    assert [REASON in note for note in body["notes"]] == [True]
    listed = (await clients.acme.get(path(order, "report/versions"), params={"date": str(day)})).json()["items"]
    assert [(each["version"], each["status"], each["why"]) for each in listed] == [
        (2, "withdrawn", "withdrawn"),
        (1, "completed", "measured"),
    ]
    assert "withdrawn" in listed[1]["notes"][0]
    assert {"overall", "status", "withdrawn"} <= {change["field"].split(".")[0] for change in listed[0]["changes"]}
    # the newest day that has rates is what a client is shown
    assert (await clients.acme.get(path(order, "report"))).json()["date"] == str(first_date(order) + 2 * ONE)
    (evidence,) = (await clients.acme.get(path(order, "evidence"), params={"date": str(day)})).json()["notes"]
    assert "withdrawn" in evidence
    series = (await clients.acme.get(path(order, "measurements"))).json()["items"]
    assert [(each["status"], bool(each["rates"])) for each in series] == [
        ("completed", True),
        ("withdrawn", False),
        ("completed", True),
    ]
    message = (await clients.acme.get("/api/notifications")).json()["items"][0]["message"]
    assert (str(day) in message, REASON in message) == (True, True)
    kept = await db.row("SELECT measured, reason, admin FROM withdrawal")
    assert kept is not None
    assert {name: len(rows) for name, rows in kept["measured"].items()} == {"rates": 3, "outcomes": 2, "again": 0}, (
        "none is lost"
    )


@pytest.mark.parametrize("withdrawn", [0, 1])
async def test_nothing_is_compared_with_a_withdrawn_day(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any], withdrawn: int
) -> None:
    """Day 3 was down against day 2; against day 1 it is what it was. And no chain begins on a withdrawn day."""
    first, second, third = (first_date(order) + n * ONE for n in range(3))
    before = (await report(clients, order, third))["overall"]["rates"]["mention_rate"]
    assert (before["verdict"], before["change"]["against"]) == ("down", str(second))
    assert before["linked"]["since"] == str(first)
    day = (first, second)[withdrawn]
    assert (await withdraw(clients, order, day)).status_code == 200
    await settle(db, handlers)
    body = await report(clients, order, third)
    after = body["overall"]["rates"]["mention_rate"]
    if day == second:
        assert (after["verdict"], after["change"]["against"]) == ("within_noise", str(first))
        assert after["linked"]["since"] == str(first)
    else:
        assert (after["verdict"], after["change"]["against"]) == ("down", str(second))
        assert after["linked"]["since"] == str(second)
    assert body["version"] == 2
    for name, rate in body["overall"]["rates"].items():
        for part in ("pooled", "pooled_change", "change", "linked"):
            assert f"'{day}'" not in str(rate.get(part)), (name, part)
    (newest, _) = (await clients.acme.get(path(order, "report/versions"), params={"date": str(third)})).json()["items"]
    assert (newest["why"], newest["cause"]) == ("withdrawn", str(day))
    assert [change for change in newest["changes"] if change["field"] == "overall.rates.mention_rate"]


async def test_a_withdrawn_day_costs_no_tracked_day(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    fourth = first_date(order) + 3 * ONE
    await refreshed(db, clients, fourth)
    await measure(db, handlers, fourth, 10)
    assert not (await show(clients, order))["live"]
    await withdraw(clients, order, first_date(order))
    assert (await show(clients, order))["live"], "a day is owed"
    await refreshed(db, clients, fourth + ONE)
    await measure(db, handlers, fourth + ONE, 10)
    assert not (await show(clients, order))["live"]
    await clients.acme.post(path(order, "cancel"))
    shown = await show(clients, order)
    assert (shown["status"], shown["live"]) == ("completed", False)


async def test_a_cancelled_order_is_not_tracked_again(clients: Clients, order: dict[str, Any]) -> None:
    await clients.acme.post(path(order, "cancel"))
    assert (await withdraw(clients, order, first_date(order))).status_code == 200
    assert not (await show(clients, order))["live"]
    again = await withdraw(clients, order, first_date(order))
    assert (again.status_code, "POST /api/orders places a new one" in again.json()["detail"]) == (409, True)


async def test_it_can_be_measured_anew(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    day = first_date(order) + ONE
    await withdraw(clients, order, day)
    again = await withdraw(clients, order, day)
    assert (again.status_code, f'POST /api/refresh {{"date": "{day}"}}' in again.json()["detail"]) == (409, True)
    await drop_day(db, day)
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM collection WHERE date = :date", date=day)
    await refreshed(db, clients, day)
    assert (await report(clients, order, day))["status"] == "withdrawn", "until it has ended"
    await measure(db, handlers, day, 20)
    body = await report(clients, order, day)
    assert (body["status"], body["version"], body["withdrawn"]) == ("completed", 3, None)
    assert body["overall"]["rates"]["mention_rate"]["k"] == 40
    listed = (await clients.acme.get(path(order, "report/versions"), params={"date": str(day)})).json()["items"]
    assert [each["why"] for each in listed] == ["remeasured", "withdrawn", "measured"]


async def test_a_late_word_of_a_withdrawn_day_changes_nothing(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    day = first_date(order) + 2 * ONE
    await withdraw(clients, order, day)
    before = (await clients.acme.get(path(order, "report"), params={"date": str(day)})).content
    await run(db, handlers, day)
    assert (await clients.acme.post(path(order, "reanalyse"))).status_code == 202
    for n in range(3):
        await run(db, handlers, first_date(order) + n * ONE)
    assert (await clients.acme.get(path(order, "report"), params={"date": str(day)})).content == before
    assert [each["status"] for each in (await show(clients, order))["measurements"]] == [
        "completed",
        "completed",
        "withdrawn",
    ]


async def test_only_what_has_ended_can_be_withdrawn_and_by_admins_only(
    db: Database, clients: Clients, order: dict[str, Any]
) -> None:
    day = first_date(order)
    form = {"date": str(day), "reason": REASON}
    assert (await clients.acme.post(path(order, "withdraw"), json=form)).status_code == 403
    assert (await clients.nobody.post(path(order, "withdraw"), json=form)).status_code == 401
    assert (await withdraw(clients, order, day - ONE)).status_code == 404
    open_day = day + 3 * ONE
    await refreshed(db, clients, open_day)
    early = await withdraw(clients, order, open_day)
    assert (early.status_code, f"events?date={open_day}" in early.json()["detail"]) == (409, True)
    for wrong, field in (
        ({"date": "2026-1-1"}, "date"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\nb"}, "reason"),
        ({"why": "x"}, "why"),
    ):
        refused = await clients.admin.post(path(order, "withdraw"), json=form | wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
