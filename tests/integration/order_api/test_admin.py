"""Users, engines, notifications, refresh and the figures of the day."""

import base64
import datetime as dt
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_orders.accounts.keys import is_key
from tests.integration.order_api.conftest import ORDER, Clients
from tests.support.collected import Kept, store_answers, store_collection

ADMIN_ROUTES = [
    ("GET", "/api/users"),
    ("POST", "/api/users"),
    ("DELETE", "/api/users/rival"),
    ("POST", "/api/refresh"),
    ("GET", "/api/monitor/stats"),
    ("GET", "/api/monitor/llm"),
    ("GET", "/api/monitor/tasks/running"),
    ("GET", "/api/monitor/beat-master"),
    ("GET", "/api/monitor/circuit-breakers"),
    ("PATCH", "/api/monitor/circuit-breakers/llm_api"),
    ("POST", "/api/monitor/circuit-breakers/llm_api/reset"),
]


@pytest.mark.parametrize(("method", "path"), ADMIN_ROUTES)
async def test_only_an_admin_may(db: Database, clients: Clients, method: str, path: str) -> None:
    body = {"date": "2026-01-02"} if path == "/api/refresh" else {"name": "x", "role": "admin"}
    arguments: dict[str, Any] = {"json": body} if method == "POST" else {}
    response = await clients.acme.request(method, path, **arguments)
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert (await clients.nobody.request(method, path, **arguments)).status_code == 401
    assert await db.value("SELECT count(*) FROM outbox") == 0
    assert await db.value("SELECT count(*) FROM users WHERE NOT revoked") == 3


async def test_a_key_is_shown_once_and_ends_when_it_is_revoked(db: Database, clients: Clients) -> None:
    response = await clients.admin.post("/api/users", json={"name": "新客户", "role": "client"})
    assert response.status_code == 201
    user = response.json()
    assert (user["name"], user["role"], is_key(user["key"])) == ("新客户", "client", True)
    rows = await db.rows("SELECT users::text AS row FROM users")
    assert not any(user["key"] in row["row"] for row in rows)
    headers = {"Authorization": f"Bearer {user['key']}"}
    assert (await clients.nobody.post("/api/orders", json=ORDER, headers=headers)).status_code == 202

    again = {"name": "新客户", "role": "client"}
    assert (await clients.admin.post("/api/users", json=again)).status_code == 409
    rotated = (await clients.admin.post("/api/users", json=again | {"rotate": True})).json()["key"]
    assert (await clients.nobody.get("/api/orders", headers=headers)).status_code == 401
    headers = {"Authorization": f"Bearer {rotated}"}
    assert len((await clients.nobody.get("/api/orders", headers=headers)).json()["items"]) == 1

    assert (await clients.admin.delete("/api/users/新客户")).json()["revoked"]
    assert (await clients.nobody.get("/api/orders", headers=headers)).status_code == 401
    assert (await clients.admin.delete("/api/users/nobody")).status_code == 404
    assert (await clients.admin.delete("/api/users/admin")).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "client"}, "name"),
        ({"name": "a/b", "role": "client"}, "name"),
        ({"name": "\ud800", "role": "client"}, "name"),
        ({"name": "a", "role": "root"}, "role"),
        ({"name": "a", "role": "client", "key": "al_x"}, "key"),
    ],
)
async def test_a_bad_user_is_refused(db: Database, clients: Clients, body: dict[str, Any], field: str) -> None:
    headers = {"content-type": "application/json"}
    response = await clients.admin.post("/api/users", content=json.dumps(body), headers=headers)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)
    assert await db.value("SELECT count(*) FROM users") == 3


async def test_users_are_listed_by_name_in_pages(clients: Clients) -> None:
    page = (await clients.admin.get("/api/users", params={"limit": 2})).json()
    assert [user["name"] for user in page["items"]] == ["acme", "admin"]
    page = (await clients.admin.get("/api/users", params={"limit": 2, "cursor": page["next"]})).json()
    assert ([user["name"] for user in page["items"]], page["next"]) == (["rival"], None)
    assert page["items"][0].keys() == {"name", "role", "revoked", "created_at"}


def test_the_first_key_comes_from_a_command(postgres_url: str, keys: dict[str, str]) -> None:
    def add(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "answerlens_order_api.users", "add", *arguments],
            env={**os.environ, "ANSWERLENS_POSTGRES_URL": postgres_url},
            capture_output=True,
            text=True,
            check=False,
        )

    made = add("first", "--role", "admin", "--json")
    user = json.loads(made.stdout)
    assert (user["name"], user["role"], is_key(user["key"])) == ("first", "admin", True)
    taken = add("acme", "--role", "client", "--json")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "--rotate" in taken.stderr
    rotated = add("acme", "--role", "client", "--rotate", "--json")
    assert json.loads(rotated.stdout)["key"] != keys["acme"]


async def test_the_engines_are_those_of_the_installation(clients: Clients) -> None:
    engines = (await clients.acme.get("/api/engines")).json()
    assert [(engine["name"], engine["enabled"]) for engine in engines] == [
        ("chat-a", True),
        ("chat-b", True),
        ("chat-old", False),
    ]
    assert "profile" not in engines[0]


async def test_an_engine_of_a_kind_that_nothing_runs_cannot_be_ordered(db: Database, clients: Clients) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE engine SET kind = 'service', surface = 'service' WHERE name = 'chat-b'")
    engines = (await clients.acme.get("/api/engines")).json()
    assert {engine["name"] for engine in engines if engine["enabled"]} == {"chat-a"}
    assert (await clients.place())["engines"] == ["chat-a"]
    refused = await clients.acme.post("/api/orders", json=ORDER | {"engines": ["chat-b"]})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["field"], "kind browser" in error["message"]) == ("engines[0]", True)


async def test_a_refresh_says_what_it_will_do(clients: Clients) -> None:
    order = await clients.place()
    today = dt.date.fromisoformat(order["first_date"])
    for days, words in ((0, "is completed"), (3, "takes that day's refresh"), (-3, "now, with today's answers.")):
        date = (today + dt.timedelta(days=days)).isoformat()
        answer = (await clients.admin.post("/api/refresh", json={"date": date, "backdate": days < 0})).json()
        assert answer["date"] == date
        assert words in answer["message"]


async def test_a_refresh_is_passed_on(db: Database, clients: Clients) -> None:
    response = await clients.admin.post("/api/refresh", json={"date": "2026-02-28"})
    assert (response.status_code, response.json()["date"]) == (202, "2026-02-28")
    row = await db.row("SELECT routing_key, body FROM outbox")
    assert row is not None
    assert (row["routing_key"], json.loads(row["body"])) == (
        "refresh.requested",
        {"version": 1, "date": "2026-02-28", "backdate": False},
    )
    for date in ("2026-02-29", 20260228, None):
        response = await clients.admin.post("/api/refresh", json={"date": date})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "date")
    assert await db.value("SELECT count(*) FROM outbox") == 1


async def test_notifications_are_ones_own_and_unread_first(db: Database, clients: Clients) -> None:
    async with db.transaction() as tx:
        for n in range(4):
            await tx.execute(
                "INSERT INTO notification (user_id, message) SELECT id, :message FROM users WHERE name = :name",
                message=str(n),
                name="rival" if n == 3 else "acme",
            )
    ids = {item["message"]: item["id"] for item in (await clients.acme.get("/api/notifications")).json()["items"]}
    assert list(ids) == ["2", "1", "0"]
    assert (await clients.acme.post(f"/api/notifications/{ids['2']}/read")).status_code == 204
    seen, cursor = [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await clients.acme.get("/api/notifications", params=params)).json()
        seen += [(item["message"], item["read"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    forged = base64.urlsafe_b64encode(json.dumps([False, 10**30]).encode()).decode()
    assert (await clients.acme.get("/api/notifications", params={"cursor": forged})).status_code == 422
    assert seen == [("1", False), ("0", False), ("2", True)]
    assert (await clients.rival.post(f"/api/notifications/{ids['1']}/read")).status_code == 404
    for other in ("0", "x", str(2**63)):
        assert (await clients.acme.post(f"/api/notifications/{other}/read")).status_code == 404


async def test_the_day_in_figures(db: Database, clients: Clients) -> None:
    order = await clients.place()
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO task_log (keyword, date, task_type, status, duration)"
            " SELECT '蓝牙耳机', '2026-01-02', 'search', status, 2"
            " FROM unnest(ARRAY['completed', 'completed', 'failed']) AS status"
        )
        await tx.execute("UPDATE orders SET status = 'completed', completed_at = created_at + interval '10 s'")
    stats = (await clients.admin.get("/api/monitor/stats")).json()
    assert stats["date"] == order["first_date"]
    assert (stats["orders"]["total"], stats["orders"]["success_rate"], stats["orders"]["mean_seconds"]) == (
        1,
        1.0,
        10.0,
    )
    (search,) = stats["tasks"]
    assert (search["total"], search["failed"], search["max_seconds"]) == (3, 1, 2.0)
    assert round(search["success_rate"], 3) == 0.667


async def test_tasks_and_their_progress(db: Database, clients: Clients) -> None:
    order = await clients.place()
    date = dt.date.fromisoformat(order["first_date"])
    async with db.transaction() as tx:
        task_id = await tx.value(
            "INSERT INTO task_log (keyword, date, engine, task_type) VALUES ('蓝牙耳机', :date, 'chat-a', 'collect')"
            " RETURNING id",
            date=date,
        )
        collection_id = await store_collection(tx, "蓝牙耳机", date, total=200, task_id=task_id)
        await store_answers(tx, collection_id, [Kept(str(number)) for number in range(1, 51)])
        await tx.execute(
            "INSERT INTO task_log (keyword, date, task_type, status, error_message)"
            " VALUES ('手机', '2026-01-02', 'search', 'failed', 'a captcha')"
        )
    progress = (await clients.acme.get(f"/api/task/{task_id}/progress")).json()
    assert {name: progress[name] for name in ("task_id", "status", "progress", "total", "percentage")} == {
        "task_id": task_id,
        "status": "running",
        "progress": 50,
        "total": 200,
        "percentage": 25,
    }
    assert progress.keys() == {"task_id", "status", "progress", "total", "percentage", "current_item", "last_updated"}
    assert (await clients.rival.get(f"/api/task/{task_id}/progress")).status_code == 404
    assert (await clients.acme.get(f"/api/task/{task_id + 1}/progress")).status_code == 404
    assert (await clients.admin.get(f"/api/task/{task_id + 1}/progress")).json()["status"] == "failed"
    running = (await clients.admin.get("/api/monitor/tasks/running")).json()["items"]
    assert [(task["task_type"], task["engine"], task["percentage"]) for task in running] == [("collect", "chat-a", 25)]
    failed = (await clients.admin.get("/api/monitor/tasks/failed")).json()["items"]
    assert [(task["task_type"], task["error_message"]) for task in failed] == [("search", "a captcha")]


async def test_who_leads_the_schedulers(db: Database, clients: Clients) -> None:
    assert (await clients.admin.get("/api/monitor/beat-master")).json()["leader"] is None
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO leader (name, holder, token, since, lease_until)"
            " VALUES ('scheduler', 'host-1', 7, now(), now() + interval '1 min')"
        )
    leader = (await clients.admin.get("/api/monitor/beat-master")).json()
    assert (leader["leader"], leader["token"], leader["alive"]) == ("host-1", 7, True)


async def test_what_the_language_model_costs_and_what_for(db: Database, clients: Clients) -> None:
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO llm_day (date, spent, budget) VALUES ('2026-01-02', 1.5, 2)")
        await tx.execute(
            "INSERT INTO llm_reservation (date, amount, expires_at) VALUES"
            " ('2026-01-02', 0.25, now() + interval '1 d'), ('2026-01-02', 9, now() - interval '1 d')"
        )
        await tx.execute(
            "INSERT INTO llm_usage VALUES ('2026-01-02', 'score', 'answer_scores', '手机', '', 3, 30, 10, 0.5),"
            " ('2026-01-02', 'bank', 'bank_questions', '手机', '', 1, 20, 40, 1),"
            " ('2026-01-03', 's', 't', '', '', 1, 1, 1, 1)"
        )
    told = (await clients.admin.get("/api/monitor/llm", params={"date": "2026-01-02"})).json()
    assert {name: float(told[name]) for name in ("spent", "reserved", "budget")} == {
        "spent": 1.5,
        "reserved": 0.25,
        "budget": 2,
    }
    assert [(row["stage"], row["requests"], row["order_id"]) for row in told["usage"]] == [
        ("bank", 1, None),
        ("score", 3, None),
    ]
    today = (await clients.admin.get("/api/monitor/llm")).json()
    assert (float(today["spent"]), today["budget"], today["usage"]) == (0, None, [])
