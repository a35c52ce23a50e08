"""An order's live progress as the console shows it, and the figures of the day."""

import datetime as dt
from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import ORDER, Clients
from tests.integration.order_api.lineage import ANSWERS, ENGINES, QUESTIONS, first_date, run
from tests.support.answered import store_bank, store_day


def path(order: dict[str, Any]) -> str:
    return f"/api/monitor/orders/{order['id']}"


@pytest.mark.case("a11")
async def test_an_order_is_shown_day_by_day_and_engine_by_engine(db: Database, clients: Clients) -> None:
    order = await clients.place()
    date = first_date(order)
    await store_bank(db, QUESTIONS)
    await store_day(db, "chat-a", date, ANSWERS)
    async with db.transaction() as tx:
        await tx.execute("UPDATE collection SET status = 'collecting', total = 10 WHERE engine = 'chat-a'")
        await tx.execute("DELETE FROM question_score")
        await tx.execute(
            "INSERT INTO task_log (keyword, date, engine, task_type, retry_count) VALUES"
            " ('蓝牙耳机', :date, 'chat-a', 'collect', 1), ('蓝牙耳机', :date, 'chat-z', 'collect', 0),"
            " ('手机', :date, '', 'search', 0)",
            date=date,
        )
        await tx.execute(
            "UPDATE collection SET task_id = (SELECT id FROM task_log WHERE engine = 'chat-a') WHERE engine = 'chat-a'"
        )
    for client in (clients.acme, clients.admin):
        answer = await client.get(path(order))
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert (shown["order"]["id"], shown["order"]["stage"]) == (order["id"], "collect")
        (day,) = shown["days"]
        assert (day["date"], day["stage"], day["progress"]) == (
            order["first_date"],
            shown["order"]["stage"],
            shown["order"]["progress"],
        )
        engines = {each["engine"]: each for each in day["engines"]}
        assert engines.keys() == set(ENGINES)
        assert (engines["chat-a"]["done"], engines["chat-a"]["total"]) == (len(ANSWERS), 10)
        assert engines["chat-a"]["progress"] > engines["chat-b"]["progress"]
        # of its keyword and its engines alone
        (task,) = shown["tasks"]
        assert (task["task_type"], task["engine"], task["progress"], task["total"]) == (
            "collect",
            "chat-a",
            len(ANSWERS),
            10,
        )
        assert task["retry_count"] == 1


@pytest.mark.case("a11")
async def test_progress_grows_to_its_end_and_only_its_own_client_sees_it(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place(competitors=[])
    assert (await clients.rival.get(path(order))).status_code == 404
    assert (await clients.nobody.get(path(order))).status_code == 401
    assert (await clients.acme.get("/api/monitor/orders/nothing")).status_code == 404
    seen = [(await clients.acme.get(path(order))).json()["days"][0]["progress"]]
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, first_date(order), ANSWERS)
        seen.append((await clients.acme.get(path(order))).json()["days"][0]["progress"])
    await run(db, handlers, first_date(order))
    shown = (await clients.acme.get(path(order))).json()
    (day,) = shown["days"]
    assert seen == sorted(seen)
    assert (day["status"], day["progress"], day["stage"]) == ("completed", 100, None)
    assert [(each["status"], each["progress"]) for each in day["engines"]] == [("analysed", 100)] * 2
    cancelled = await clients.place(keyword="手机")
    await clients.acme.post(f"/api/orders/{cancelled['id']}/cancel")
    (day,) = (await clients.acme.get(path(cancelled))).json()["days"]
    assert {(each["status"], each["progress"]) for each in [day, *day["engines"]]} == {("cancelled", None)}


async def rates(clients: Clients) -> dict[str, tuple[int, int, float | None]]:
    stats = (await clients.admin.get("/api/monitor/stats")).json()
    return {each["stage"]: (each["hits"], each["wanted"], each["hit_rate"]) for each in stats.get("cache", ())}


@pytest.mark.case("a12")
async def test_the_days_figures_tell_what_was_there_already_by_stage(db: Database, clients: Clients) -> None:
    nothing = dict.fromkeys(("search", "bank", "collect", "score"), (0, 0, None))
    assert await rates(clients) == nothing
    order = await clients.place()
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, first_date(order), ANSWERS)
    async with db.transaction() as tx:
        await tx.execute("UPDATE collection SET completed_at = clock_timestamp() WHERE completed_at IS NULL")
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " VALUES ('蓝牙耳机', :date, '问题？', '1', '')",
            date=first_date(order),
        )
    # all of it was made after the order had come
    one = {"search": (0, 1, 0.0), "bank": (0, 1, 0.0), "collect": (0, 2, 0.0), "score": (0, 2, 0.0)}
    assert await rates(clients) == one
    await clients.place(brand={"name": "华为"})
    two = {"search": (1, 2, 0.5), "bank": (1, 2, 0.5), "collect": (2, 4, 0.5), "score": (2, 4, 0.5)}
    assert await rates(clients) == two
    async with db.transaction() as tx:  # the next one finds answers on one engine, and no scores yet
        await tx.execute("UPDATE collection SET status = 'collected' WHERE engine = 'chat-a'")
        await tx.execute("UPDATE collection SET status = 'collecting' WHERE engine = 'chat-b'")
        await tx.execute("UPDATE orders SET created_at = created_at - interval '2 days'")
    await clients.place(brand={"name": "小米"}, engines=["chat-a", "chat-b"])
    last = {"search": (1, 1, 1.0), "bank": (1, 1, 1.0), "collect": (1, 2, 0.5), "score": (0, 2, 0.0)}
    assert await rates(clients) == last


@pytest.mark.case("a12")
async def test_each_task_has_its_times_and_its_failure_rate(db: Database, clients: Clients) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO task_log (keyword, date, task_type, status, duration, started_at)"
            " SELECT 'k', :date, type, status, seconds, now() - days * interval '3 days'"
            " FROM (VALUES ('score', 'completed', 2.0, 0),"
            " ('score', 'completed', 4.0, 0), ('score', 'failed', 9.0, 0), ('score', 'running', NULL, 0),"
            " ('bank', 'running', NULL, 0), ('score', 'failed', 99.0, 1)) AS task (type, status, seconds, days)",
            date=dt.date(2026, 1, 2),
        )
    tasks = {each["task_type"]: each for each in (await clients.admin.get("/api/monitor/stats")).json()["tasks"]}
    score, bank = tasks["score"], tasks["bank"]
    assert (score["min_seconds"], score["mean_seconds"], score["max_seconds"]) == (2.0, 5.0, 9.0)
    assert round(score.get("failure_rate", -1), 3) == 0.333
    assert (bank["mean_seconds"], bank.get("failure_rate", -1)) == (None, None)


async def test_what_failed_for_one_order_alone_is_its_clients_affair(db: Database, clients: Clients) -> None:
    """Orders on a keyword share its tasks, but not those of another's names."""
    own = await clients.place()
    other = (await clients.rival.post("/api/orders", json=ORDER)).json()
    async with db.transaction() as tx:
        task = await tx.value(
            "INSERT INTO task_log (order_id, keyword, date, engine, task_type, status, completed_at)"
            " VALUES (:order, '蓝牙耳机', :date, 'chat-a', 'analyse', 'failed', now()) RETURNING id",
            order=other["id"],
            date=first_date(other),
        )
    shown = {
        name: [each["task_id"] for each in (await client.get(path(order))).json()["tasks"]]
        for name, client, order in (("own", clients.acme, own), ("other", clients.rival, other))
    }
    assert shown == {"own": [], "other": [task]}
    assert (await clients.acme.get(f"/api/task/{task}/progress")).status_code == 404
    assert (await clients.rival.get(f"/api/task/{task}/progress")).status_code == 200
