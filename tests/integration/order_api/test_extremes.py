"""Values at the ends of what their types can hold, and of other types: refused, never a 500."""

import base64
import itertools
import json
from typing import Any

import pytest

from answerlens_common.db import Database
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.operations import operations

LISTS = (
    "/api/orders",
    "/api/notifications",
    "/api/users",
    "/api/monitor/tasks/failed",
    "/api/monitor/tasks/running",
    "/api/orders/{id}/measurements",
    "/api/orders/{id}/evidence",
    "/api/keywords/蓝牙耳机/questions",
)
MOMENTS: tuple[Any, ...] = (
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00",
    "2026-01-02",
    "9" * 400,
    10**30,
    -(10**30),
    1e308,
    "NaN",
    None,
    True,
    [],
    {},
)
IDS = (0, -1, 2**63, 10**400, 1.5, "1", "\x00", "x" * 600, None, False, [1], "00000000-0000-4000-8000-000000000000")
DATES = ("0001-01-01", "9999-12-31")


def encoded(content: str) -> str:
    return base64.urlsafe_b64encode(content.encode()).decode()


async def refused(clients: Clients, path: str, cursor: str) -> None:
    answer = await clients.admin.get(path, params={"cursor": cursor})
    assert answer.status_code == 422, (path, cursor, answer.text)
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


@pytest.mark.case("a3")
@pytest.mark.parametrize("path", LISTS)
async def test_no_cursor_breaks_a_list(clients: Clients, path: str) -> None:
    order = await clients.place()
    path = path.format(id=order["id"])
    for parts in itertools.chain(
        itertools.product(MOMENTS, IDS[:4]),
        itertools.product((MOMENTS[0], False, "a", 1), IDS),
        [(each,) for each in IDS],
    ):
        await refused(clients, path, encoded(json.dumps(parts)))
    for content in ("", "[]", "[NaN, Infinity]", "null", "{}", '["\\ud800"]', "[" * 5000, f"[{'9' * 900}]", "1e999"):
        await refused(clients, path, encoded(content)[:1000])
    for cursor in ("", "=", "é", "not base64!", "\x00", "x" * 3000):
        await refused(clients, path, cursor)


@pytest.mark.case("a3")
async def test_a_cursor_of_another_list_is_refused(clients: Clients, db: Database) -> None:
    """Its key might be one of this list too: the page would be of nowhere."""
    order = await clients.place()
    await clients.place(keyword="手机")
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO notification (user_id, message, severity)"
            " SELECT id, 'x', 'info' FROM users, generate_series(1, 3)"
        )
        await tx.execute(
            "INSERT INTO task_log (keyword, date, task_type, status) SELECT '蓝牙耳机', '2026-01-02', 'search',"
            " (ARRAY['failed', 'running'])[1 + n % 2] FROM generate_series(1, 6) n"
        )
    paths = [
        "/api/orders",
        "/api/users",
        "/api/notifications",
        "/api/monitor/tasks/failed",
        "/api/monitor/tasks/running",
    ]
    cursors: dict[str, str] = {}
    for path in paths:
        page = (await clients.admin.get(path, params={"limit": 1})).json()
        assert page["next"], path
        cursors[path] = page["next"]
        assert (await clients.admin.get(path, params={"limit": 1, "cursor": page["next"]})).status_code == 200
    for path in [*paths, f"/api/orders/{order['id']}/measurements", f"/api/orders/{order['id']}/evidence"]:
        for origin, cursor in cursors.items():
            if origin != path:
                await refused(clients, path, cursor)


@pytest.mark.case("a3")
async def test_numbers_and_dates_at_their_ends_are_answered(clients: Clients) -> None:
    order = await clients.place()
    for each in await operations(clients):
        if each.method != "GET" or each.is_stream:
            continue
        path = each.template.format(
            order_id=order["id"],
            import_id=order["id"],
            question_id="x",
            keyword="蓝牙耳机",
            kind="failed",
            task_id=2**63 - 1,
            queue="x",
            name="x",
        )
        for one in each.query:
            values: tuple[Any, ...] = (
                DATES if one["name"] == "date" else (2**31, 2**63, -(2**63), "9" * 500, "NaN", "1e9")
            )
            for value in values:
                answer = await clients.admin.get(path, params={one["name"]: str(value)})
                assert answer.status_code in {200, 404, 409, 422}, (path, one["name"], value, answer.text)
    for number in (2**63, -1, 0, "9" * 500, "NaN", "1.5", "１"):
        for path in (f"/api/task/{number}/progress", f"/api/monitor/tasks/{number}/retry"):
            answer = await clients.admin.request("POST" if "retry" in path else "GET", path)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "9" * 5000, "-1", "1.5", "true", '"5"', "null", "[]"])
async def test_no_number_breaks_a_body(clients: Clients, number: str) -> None:
    headers = {"content-type": "application/json"}
    brand = '"keyword": "蓝牙耳机", "brand": {"name": "索尼"}'
    for field in ("priority", "track_days"):
        body = f'{{{brand}, "{field}": {number}}}'
        answer = await clients.acme.post("/api/orders", content=body.encode(), headers=headers)
        assert answer.status_code in {400, 422}, answer.text
    for field in ("threshold", "open_seconds"):
        body = f'{{"{field}": {number}}}'
        answer = await clients.admin.patch(
            "/api/monitor/circuit-breakers/llm_api", content=body.encode(), headers=headers
        )
        assert answer.status_code in {200, 400, 422}
        assert answer.status_code != 200 or number in {"null", "1.5"}
