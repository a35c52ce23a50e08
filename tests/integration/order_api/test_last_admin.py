"""Rotating a key changes the key alone, and there is always an admin."""

import asyncio
from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_order_api import users as command
from answerlens_order_api.settings import OrderApiSettings
from tests.integration.order_api.conftest import ORDER, Clients, Serve


async def roles(db: Database) -> dict[str, str]:
    rows = await db.rows("SELECT name, role FROM users WHERE NOT revoked ORDER BY name")
    return {row["name"]: row["role"] for row in rows}


@pytest.mark.case("a7")
@pytest.mark.parametrize("said", [{}, {"role": "client"}, {"role": "admin"}])
async def test_a_new_key_changes_nothing_else(db: Database, clients: Clients, said: dict[str, str]) -> None:
    columns = "SELECT id, name, role, created_at FROM users ORDER BY name"
    before = [dict(row) for row in await db.rows(columns)]
    order = await clients.place()
    for name, role in (("admin", "admin"), ("acme", "client")):
        answer = await clients.admin.post("/api/users", json={"name": name, "rotate": True, **said})
        assert answer.status_code == 201, answer.text
        assert (answer.json()["name"], answer.json()["role"]) == (name, role)
        key = {"Authorization": f"Bearer {answer.json()['key']}"}
        clients.admin.headers.update(key if name == "admin" else {})
        assert (await clients.nobody.get("/api/users", headers=key)).status_code == (200 if name == "admin" else 403)
    assert (await clients.acme.get("/api/orders")).status_code == 401
    assert (await clients.admin.get(f"/api/orders/{order['id']}")).status_code == 200
    assert [dict(row) for row in await db.rows(columns)] == before


@pytest.mark.case("a7")
def test_the_command_keeps_the_role_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], postgres_url: str, keys: dict[str, str]
) -> None:
    monkeypatch.setenv("ANSWERLENS_POSTGRES_URL", postgres_url)
    assert command.main(["add", "admin", "--role", "client", "--rotate"]) == 0
    assert capsys.readouterr().out.startswith("admin admin: al_")
    assert keys


async def test_a_new_user_needs_a_role_and_a_rotated_one_must_exist(clients: Clients) -> None:
    refused = await clients.admin.post("/api/users", json={"name": "new"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "role")
    assert (await clients.admin.post("/api/users", json={"name": "new", "rotate": True})).status_code == 404
    both = await clients.admin.post("/api/users", json={"name": "new", "role": "admin", "rotate": True})
    assert (both.status_code, both.json()["role"]) == (201, "admin")


async def second_admin(clients: Clients) -> dict[str, str]:
    made = await clients.admin.post("/api/users", json={"name": "second", "role": "admin"})
    return {"Authorization": f"Bearer {made.json()['key']}"}


@pytest.mark.case("a7")
async def test_of_two_admins_that_revoke_one_another_one_stays(
    serve: Serve, settings: OrderApiSettings, db: Database
) -> None:
    """Over and over, at the same time, on two replicas."""
    async with serve(settings) as (_, first), serve(settings) as (_, other):
        for _ in range(10):
            second = await second_admin(first)
            answers = await asyncio.gather(
                first.admin.delete("/api/users/second"), other.nobody.delete("/api/users/admin", headers=second)
            )
            statuses = sorted(answer.status_code for answer in answers)
            admins = [name for name, role in (await roles(db)).items() if role == "admin"]
            assert len(admins) == 1, (statuses, admins)
            assert statuses in ([200, 401], [200, 409])
            async with db.transaction() as tx:
                await tx.execute("UPDATE users SET revoked = false WHERE name = 'admin'")
                await tx.execute("DELETE FROM users WHERE name = 'second'")


async def test_the_last_admin_is_told_what_to_do(db: Database, clients: Clients) -> None:
    own = await clients.admin.delete("/api/users/admin")
    assert (own.status_code, "another admin" in own.json()["detail"]) == (409, True)
    second = await second_admin(clients)
    assert (await clients.nobody.delete("/api/users/admin", headers=second)).status_code == 200
    assert (await clients.nobody.delete("/api/users/second", headers=second)).status_code == 409
    assert (await roles(db))["second"] == "admin"


async def test_an_order_is_placed_with_the_new_key(clients: Clients) -> None:
    rotated: dict[str, Any] = (await clients.admin.post("/api/users", json={"name": "acme", "rotate": True})).json()
    key = {"Authorization": f"Bearer {rotated['key']}"}
    assert (await clients.nobody.post("/api/orders", json=ORDER, headers=key)).status_code == 202
