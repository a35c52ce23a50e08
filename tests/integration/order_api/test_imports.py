"""Importing answers over the API: what is taken, and what is refused before anything is stored."""

import json
from typing import Any

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_order_api.app import build
from answerlens_order_api.settings import ImportSettings, OrderApiSettings
from tests.integration.order_api.conftest import Clients
from tests.integration.orders.imported import json_lines, row

JSON_LINES = {"Content-Type": "application/x-ndjson"}
IMPORT = "/api/answers/import"
FILE = json_lines([row(1), row(2)])


async def taken(client: httpx.AsyncClient, content: bytes = FILE, **params: Any) -> dict[str, Any]:
    """An import that was accepted."""
    response = await client.post(IMPORT, content=content, headers=JSON_LINES, params=params)
    assert response.status_code == 202, response.text
    found: dict[str, Any] = response.json()
    assert response.headers["Location"] == f"/api/answers/imports/{found['id']}"
    return found


async def test_a_file_is_taken_once_and_read_by_its_client_alone(clients: Clients, db: Database) -> None:
    found = await taken(clients.acme, brand=["索尼", "Bose"])
    assert (found["status"], found["progress"], found["rows"], found["taken"]) == ("checking", 0, 0, None)
    again = await clients.acme.post(IMPORT, content=FILE, headers=JSON_LINES, params={"brand": ["索尼", "Bose"]})
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    assert again.json()["id"] == found["id"]
    other = await taken(clients.rival, brand=["索尼", "Bose"])
    assert other["id"] != found["id"]
    path = f"/api/answers/imports/{found['id']}"
    assert (await clients.acme.get(path)).json()["id"] == found["id"]
    for stranger in (clients.rival, clients.admin):
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(f"{path}/cancel")).status_code == 404
    assert await db.value("SELECT count(*) FROM outbox WHERE routing_key = 'import.received.bulk'") == 2


async def test_an_import_is_cancelled_once(clients: Clients) -> None:
    path = f"/api/answers/imports/{(await taken(clients.acme))['id']}"
    cancelled = await clients.acme.post(f"{path}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await clients.acme.post(f"{path}/cancel")).status_code == 409
    assert (await taken(clients.acme))["status"] == "checking", "what was cancelled may be sent again"


@pytest.mark.parametrize(
    ("content", "headers", "params", "status"),
    [
        (b"", JSON_LINES, {}, 422),
        (FILE, {"Content-Type": "application/json"}, {}, 415),
        (FILE, {"Content-Type": "text/html"}, {}, 415),
        (FILE, JSON_LINES, {"brand": "!"}, 422),
        (FILE, JSON_LINES, {"brands": "索尼"}, 422),
        (FILE, JSON_LINES, {"brand": [f"品牌{number}" for number in range(21)]}, 422),
        (b"x" * 5000, JSON_LINES, {}, 413),
    ],
)
async def test_what_cannot_be_imported_is_refused_and_leaves_nothing(
    small: httpx.AsyncClient,
    db: Database,
    content: bytes,
    headers: dict[str, str],
    params: dict[str, Any],
    status: int,
) -> None:
    response = await small.post(IMPORT, content=content, headers=headers, params=params)
    assert response.status_code == status, response.text
    assert await db.value("SELECT count(*) FROM answer_import") == 0


async def test_a_body_without_a_length_is_measured_as_it_comes(small: httpx.AsyncClient, db: Database) -> None:
    async def body() -> Any:
        for _ in range(5):
            yield b"x" * 1000

    response = await small.post(IMPORT, content=body(), headers=JSON_LINES)
    assert response.status_code == 413
    assert await db.value("SELECT count(*) FROM answer_import_piece") == 0


async def test_a_file_may_be_larger_than_any_other_body(clients: Clients, db: Database) -> None:
    rows = json_lines([row(number, answer="长" * 10_000) for number in range(600)])
    assert len(rows) > 16_000_000
    await taken(clients.acme, rows)
    pieces = await db.rows("SELECT content FROM answer_import_piece ORDER BY number")
    assert b"".join(piece["content"] for piece in pieces) == rows


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_the_template_is_a_file_that_can_be_sent(clients: Clients, form: str) -> None:
    response = await clients.acme.get("/api/answers/template", params={"format": form})
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].endswith(f'"answers.{form}"')
    headers = {"Content-Type": response.headers["Content-Type"]}
    sent = await clients.acme.post(IMPORT, content=response.content, headers=headers)
    assert (sent.status_code, sent.json()["format"]) == (202, form)


async def test_a_problem_names_the_brand_at_fault(clients: Clients) -> None:
    response = await clients.acme.post(IMPORT, content=FILE, headers=JSON_LINES, params={"brand": ["索尼", "!"]})
    assert [error["field"] for error in response.json()["errors"]] == ["brand[1]"]
    assert "id" not in json.loads(response.text)


@pytest.fixture
async def small(settings: OrderApiSettings, keys: dict[str, str]) -> Any:
    """An API that takes files of 4,000 bytes."""
    service, app = build(settings.model_copy(update={"imports": ImportSettings(max_bytes=4000)}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {keys['acme']}"}
    async with service.db, httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
        yield client
