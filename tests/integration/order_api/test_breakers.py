"""Breakers, as operators see and change them."""

from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.limits.breakers import LLM_API, Breakers, rows
from tests.integration.order_api.conftest import Clients

PATH = "/api/monitor/circuit-breakers"
REPORTED = {"state", "failure_count", "last_failure_time", "next_attempt_time"}


async def fail(db: Database, times: int) -> None:
    for _ in range(times):
        with pytest.raises(TransientError):
            async with Breakers(db).guard(LLM_API, TransientError):
                raise TransientError


async def shown(clients: Clients) -> dict[str, Any]:
    response = await clients.admin.get(PATH)
    assert response.status_code == 200
    breakers: dict[str, Any] = response.json()
    return breakers


async def test_every_breaker_is_there_before_it_was_used(clients: Clients) -> None:
    breakers = await shown(clients)
    assert {name: (row["threshold"], row["open_seconds"]) for name, row in breakers.items()} == {
        "llm_api": (3, 60),
        "zhihu_search": (3, 30),
        "zhihu_api": (3, 30),
        "playwright": (2, 60),
        "engine:chat-a": (2, 60),
        "engine:chat-b": (2, 60),
        "database": (5, 10),
    }
    for row in breakers.values():
        assert {name: row[name] for name in REPORTED} == {
            "state": "closed",
            "failure_count": 0,
            "last_failure_time": None,
            "next_attempt_time": None,
        }


async def test_an_open_breaker_says_when_it_is_tried_again_and_is_closed_by_hand(
    db: Database, clients: Clients
) -> None:
    await fail(db, 3)
    opened = (await shown(clients))["llm_api"]
    assert (opened["state"], opened["failure_count"]) == ("open", 3)
    assert opened["last_failure_time"] < opened["next_attempt_time"]
    assert [row["severity"] for row in (await clients.admin.get("/api/notifications")).json()["items"]] == ["high"]
    assert (await clients.acme.get("/api/notifications")).json()["items"] == []
    closed = await clients.admin.post(f"{PATH}/llm_api/reset")
    assert (closed.status_code, closed.json()["state"], closed.json()["failure_count"]) == (200, "closed", 0)
    assert (await shown(clients))["llm_api"]["state"] == "closed"


async def test_changed_settings_count_for_the_next_failure(db: Database, clients: Clients) -> None:
    changed = await clients.admin.patch(f"{PATH}/llm_api", json={"threshold": 1, "open_seconds": 3600})
    assert (changed.status_code, changed.json()["threshold"], changed.json()["open_seconds"]) == (200, 1, 3600)
    await fail(db, 1)
    assert (await rows.look(db, LLM_API)).state == "open"
    # what is not given stays
    changed = await clients.admin.patch(f"{PATH}/llm_api", json={"threshold": 2})
    assert (changed.json()["threshold"], changed.json()["open_seconds"]) == (2, 3600)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"threshold": 0}, "threshold"),
        ({"threshold": 1.5}, "threshold"),
        ({"threshold": "3"}, "threshold"),
        ({"open_seconds": -1}, "open_seconds"),
        ({"open_seconds": 1e9}, "open_seconds"),
        ({"seconds": 3}, "seconds"),
    ],
)
async def test_a_bad_setting_is_named(clients: Clients, body: dict[str, Any], field: str) -> None:
    refused = await clients.admin.patch(f"{PATH}/llm_api", json=body)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


@pytest.mark.parametrize(("name", "status"), [("nothing", 404), ("engine:chat-old", 404), ("database", 409)])
async def test_there_is_no_other_breaker(clients: Clients, name: str, status: int) -> None:
    assert (await clients.admin.patch(f"{PATH}/{name}", json={"threshold": 1})).status_code == status
    assert (await clients.admin.post(f"{PATH}/{name}/reset")).status_code == status
