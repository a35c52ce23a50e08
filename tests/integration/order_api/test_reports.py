"""What was measured, as it is reported."""

import datetime as dt
import json
from typing import Any
from uuid import UUID

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_common.events import StageFailed
from answerlens_order_api.app import build
from answerlens_order_api.handlers import Handlers
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.reports.versions import Reports
from answerlens_orders.settings import SandboxSettings
from tests.integration.order_api.analysed import analysed as engine_analysed
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.documents import since

RATES = {"mention_rate": {"k": 61, "n": 200, "rate": 0.305, "low": 0.2454, "high": 0.3722, "method": "wilson"}}
VERSIONS = {"bank_version": 1, "matcher": "1"}


async def measured(db: Database, order: dict[str, Any], date: str, *rows: tuple[str, str, bool]) -> None:
    """Store rates as the analyzer does, and make the day one of the order's."""
    values = {"id": UUID(order["id"]), "date": dt.date.fromisoformat(date), "keyword": order["keyword"]}
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:id, :date, :keyword) ON CONFLICT DO NOTHING",
            **values,
        )
        for engine, surface, degraded in rows:
            await tx.execute(
                "INSERT INTO mention_percentage"
                " (order_id, brand_name, keyword_name, date, engine, surface, rates, degraded, versions) VALUES"
                " (:id, '索尼', :keyword, :date, :engine, :surface, CAST(:rates AS jsonb), :degraded,"
                " CAST(:versions AS jsonb))",
                **values,
                engine=engine,
                surface=surface,
                degraded=degraded,
                rates=json.dumps(RATES),
                versions=json.dumps(VERSIONS),
            )
            if engine != "overall":
                await tx.execute(
                    "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:id, :date, :engine)"
                    " ON CONFLICT DO NOTHING",
                    id=values["id"],
                    date=values["date"],
                    engine=engine,
                )


def day_after(order: dict[str, Any], days: int) -> str:
    return (dt.date.fromisoformat(order["first_date"]) + dt.timedelta(days=days)).isoformat()


async def analysed(handlers: Handlers, order: dict[str, Any], date: str, *engines: str) -> None:
    for engine in engines:
        await handlers.on_order_analysed(await engine_analysed(handlers.db, order, engine, date), "1")


async def failed(handlers: Handlers, order: dict[str, Any], date: str, engine: str | None = None) -> None:
    day = dt.date.fromisoformat(date)
    event = StageFailed(stage="ask", keyword=order["keyword"], date=day, engine=engine, error="a captcha")
    await handlers.on_stage_failed(event, "1")


async def test_before_anything_has_ended_the_report_says_what_to_do(clients: Clients) -> None:
    order = await clients.place()
    path = f"/api/orders/{order['id']}"
    response = await clients.acme.get(f"{path}/report")
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert f"{path}/events" in response.json()["detail"]
    assert (await clients.acme.get(f"{path}/report", params={"date": "2001-01-01"})).status_code == 404
    refused = await clients.acme.get(f"{path}/report", params={"date": "yesterday"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": "date", "message": "'yesterday' is not a date, such as 2026-01-31"}]
    await clients.acme.post(f"{path}/cancel")
    response = await clients.acme.get(f"{path}/report")
    assert (response.status_code, "cancelled" in response.json()["detail"]) == (409, True)


async def test_a_report_gives_each_engine_and_all_of_them(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    date = order["first_date"]
    rows = (("chat-a", "browser", False), ("chat-b", "browser", True), ("overall", "browser", True))
    await measured(db, order, date, *rows)
    await analysed(handlers, order, date, "chat-a", "chat-b")
    report = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()
    assert (report["status"], report["version"]) == ("completed", 1)
    assert report["order"]["brand"]["aliases"] == ["Sony"]
    assert (report["keyword"], report["brand"], report["competitors"]) == ("蓝牙耳机", "索尼", ["Bose"])
    assert (report["date"], report["surface"], report["surfaces"]) == (date, "browser", ["browser"])
    assert list(report["engines"]) == ["chat-a", "chat-b"]
    assert report["engines"]["chat-a"] == {
        "rates": RATES,
        "degraded": False,
        "versions": VERSIONS,
        "status": "analysed",
        "last_error": None,
        "error_code": None,
        "sentiment_pending": False,
    }
    assert report["overall"] == {"rates": RATES, "degraded": True, "versions": VERSIONS}
    assert not report["sandbox"]
    assert "网页" in report["source_note"]
    (note,) = report["notes"]
    assert note.startswith("chat-b")
    assert "degraded" in note


async def test_a_failed_engine_is_shown_as_failed_not_as_invisible(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place()
    date = order["first_date"]
    await measured(db, order, date, ("chat-a", "browser", False), ("overall", "browser", False))
    await analysed(handlers, order, date, "chat-a")
    await failed(handlers, order, date, "chat-b")
    report = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()
    broken = report["engines"]["chat-b"]
    assert (broken["rates"], broken["status"], broken["error_code"]) == ({}, "failed", "too_few_answers")
    assert [note for note in report["notes"] if "chat-b" in note and "Too few answers" in note]


async def test_a_report_says_that_its_answers_came_from_the_sandbox(
    db: Database, clients: Clients, settings: OrderApiSettings, keys: dict[str, str]
) -> None:
    order = await clients.place(engines=["chat-a"])
    await measured(db, order, order["first_date"], ("chat-a", "browser", False))
    await analysed(Handlers(db, Reports(sandbox=True)), order, order["first_date"], "chat-a")
    service, app = build(settings.model_copy(update={"sandbox": SandboxSettings(url="http://127.0.0.1:1")}))
    headers = {"Authorization": f"Bearer {keys['acme']}"}
    transport = httpx.ASGITransport(app)
    async with service.db, httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
        report = (await client.get(f"/api/orders/{order['id']}/report")).json()
    assert report["sandbox"]
    assert report["source_note"] == report["notes"][0]
    assert "沙箱" in report["source_note"]
    assert "sandbox" in report["source_note"]


async def test_the_newest_completed_day_is_reported_and_any_day_can_be_asked_for(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place(engines=["chat-a"])
    first, second, third, fourth = [day_after(order, days) for days in range(4)]
    for date in (first, second, third, fourth):
        await measured(db, order, date, ("chat-a", "browser", False))
    await analysed(handlers, order, first, "chat-a")
    await analysed(handlers, order, second, "chat-a")
    await failed(handlers, order, third)
    path = f"/api/orders/{order['id']}/report"
    newest = (await clients.acme.get(path)).json()
    assert newest["date"] == second
    assert await since(clients, order, second) == []  # the newest day is still being measured
    await failed(handlers, order, fourth)
    assert [fourth in note for note in await since(clients, order, second)] == [True]
    assert (await clients.acme.get(path)).json() == newest
    assert (await clients.acme.get(path, params={"date": first})).json()["date"] == first
    of_failed = (await clients.acme.get(path, params={"date": third})).json()
    assert (of_failed["status"], of_failed["engines"]["chat-a"]["status"]) == ("failed", "failed")

    series = (await clients.acme.get(f"/api/orders/{order['id']}/measurements", params={"limit": 3})).json()
    assert [day["date"] for day in series["items"]] == [fourth, third, second]
    assert series["items"][2]["rates"] == [
        {"engine": "chat-a", "surface": "browser", "model_change": None, "rates": RATES, "degraded": False}
    ]
    params = {"limit": 3, "cursor": series["next"]}
    last = (await clients.acme.get(f"/api/orders/{order['id']}/measurements", params=params)).json()
    assert ([day["date"] for day in last["items"]], last["next"]) == ([first], None)


async def test_surfaces_are_reported_apart(db: Database, clients: Clients, handlers: Handlers) -> None:
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO engine (name, kind, surface, profile) VALUES ('api-x', 'browser', 'api', '{}')")
    order = await clients.place(engines=["chat-a", "chat-b", "api-x"])
    date = order["first_date"]
    engines = (("chat-a", "browser", False), ("chat-b", "browser", False), ("api-x", "api", False))
    await measured(db, order, date, *engines, ("overall", "browser", False), ("overall", "api", True))
    await analysed(handlers, order, date, "chat-a", "chat-b", "api-x")
    path = f"/api/orders/{order['id']}/report"
    report = (await clients.acme.get(path)).json()
    assert (report["surface"], report["surfaces"], list(report["engines"])) == (
        "browser",
        ["api", "browser"],
        ["chat-a", "chat-b"],
    )
    other = (await clients.acme.get(path, params={"surface": "api"})).json()
    assert (list(other["engines"]), other["overall"]["degraded"]) == (["api-x"], True)
    response = await clients.acme.get(path, params={"surface": "service"})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "surface")


@pytest.mark.parametrize(("stale", "notes"), [(True, ["来源问题不足，只有 6 类"]), (False, [])])
async def test_the_bank_behind_the_rates_is_explained(
    db: Database, clients: Clients, handlers: Handlers, *, stale: bool, notes: list[str]
) -> None:
    order = await clients.place(engines=["chat-a"])
    await measured(db, order, order["first_date"], ("chat-a", "browser", False))
    async with db.transaction() as tx:
        await tx.execute("UPDATE keyword_day SET bank_stale = :stale", stale=stale)
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status, notes)"
            " VALUES (:keyword, 1, '2026-01-02', 'ready', CAST(:notes AS jsonb))",
            keyword=order["keyword"],
            notes=json.dumps(notes),
        )
        await tx.execute(
            "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
            " generated_question, source_questions) VALUES (:keyword, 1, '1-3-01', 3, '价格', '多少钱？', '[]')",
            keyword=order["keyword"],
        )
    await analysed(handlers, order, order["first_date"], "chat-a")
    report = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()
    assert report["intents"] == {"3": "价格"}
    found = report["notes"]
    assert found[-len(notes) :] == notes if notes else found == []
    assert any("2026-01-02" in note for note in found) == stale


@pytest.mark.parametrize("judged", [False, True])
async def test_a_report_says_that_the_sentiment_is_not_known(
    db: Database, clients: Clients, handlers: Handlers, *, judged: bool
) -> None:
    order = await clients.place(engines=["chat-a"])
    await measured(db, order, order["first_date"], ("chat-a", "browser", False))
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO measurement_outcome (order_id, date, engine, outcomes, judged)"
            " SELECT order_id, date, engine, '{}', :judged FROM mention_percentage",
            judged=judged,
        )
    await analysed(handlers, order, order["first_date"], "chat-a")
    notes = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()["notes"]
    assert any("chat-a 的答案对品牌的态度尚未判定" in note for note in notes) is not judged


@pytest.mark.case("c9")
async def test_a_report_says_which_engines_a_figure_over_all_rests_on(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place()
    date = order["first_date"]
    rows = (("chat-a", "browser", False), ("chat-b", "browser", False), ("overall", "browser", False))
    await measured(db, order, date, *rows)
    rate = RATES["mention_rate"]
    rates = {
        "mention_rate": rate | {"engines": ["chat-a", "chat-b"]},
        "positive_share": rate | {"engines": ["chat-b"]},
        "negative_share": rate | {"engines": ["chat-b"]},
        "mention_rate[score=4]": rate | {"engines": ["chat-a"]},
    }
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE mention_percentage SET rates = CAST(:rates AS jsonb) WHERE engine = 'overall'",
            rates=json.dumps(rates),
        )
    await analysed(handlers, order, date, "chat-a", "chat-b")
    report = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()
    assert report["overall"]["rates"] == rates
    (note,) = report["notes"]
    assert "rest on chat-b alone" in note
    assert [name in note for name in rates] == [False, True, True, False]


async def test_a_rate_that_is_linked_over_banks_says_so(db: Database, clients: Clients, handlers: Handlers) -> None:
    async def noted(*banks: int) -> list[str]:
        """What is noted when one engine's chain runs over these banks, and the other's over one."""
        order = await clients.place()
        date = order["first_date"]
        await measured(db, order, date, ("chat-a", "browser", False), ("chat-b", "browser", False))
        async with db.transaction() as tx:
            for engine, chain in (("chat-a", banks), ("chat-b", (2,))):
                linked = {"rate": 0.3, "low": 0.2, "high": 0.4, "banks": chain, "since": "2026-01-01"}
                rates = {
                    name: RATES["mention_rate"] | {"linked": linked} for name in ("mention_rate", "link_mention_rate")
                }
                await tx.execute(
                    "UPDATE mention_percentage SET rates = CAST(:rates AS jsonb) WHERE engine = :engine",
                    rates=json.dumps(rates),
                    engine=engine,
                )
        await analysed(handlers, order, date, "chat-a", "chat-b")
        notes: list[str] = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()["notes"]
        return notes

    assert await noted(1) == []
    (note,) = await noted(1, 2)
    assert "banks 1→2 since 2026-01-01" in note
    assert "自 2026-01-01 起经题库 1→2" in note
