"""Bad input: a problem that names the field, nothing stored, nothing asked of anybody."""

import asyncpg
import httpx
import pytest

from tests.e2e.client import Client

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

GOOD = {"keyword": "保温杯", "brand": {"name": "膳魔师"}, "engines": ["chat-a"]}
BAD = [
    ({**GOOD, "keyword": ""}, "keyword"),
    ({**GOOD, "keyword": "   "}, "keyword"),
    ({**GOOD, "keyword": "杯" * 256}, "keyword"),
    ({**GOOD, "keyword": "保温\u0000杯"}, "keyword"),
    ({**GOOD, "keyword": "保温\n杯"}, "keyword"),
    ({**GOOD, "keyword": 7}, "keyword"),
    ({"keyword": "保温杯", "engines": ["chat-a"]}, "brand"),
    ({**GOOD, "brand": {"aliases": ["x"]}}, "brand.name"),
    ({**GOOD, "brand": "膳魔师"}, "brand"),
    ({**GOOD, "engines": ["chat-z"]}, "engines"),
    ({**GOOD, "engines": []}, "engines"),
    ({**GOOD, "priority": 10}, "priority"),
    ({**GOOD, "priority": "high"}, "priority"),
    ({**GOOD, "colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_the_field_is_named(small: Client, body: dict[str, object], field: str) -> None:
    answer = small.call("POST", "/api/orders", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == 422
    assert any(error["field"].startswith(field) for error in problem["errors"]), problem


def test_malformed_json_a_foreign_key_and_no_key(small: Client) -> None:
    foreign = "al_" + "x" * 43
    for answer, status in (
        (small.call("POST", "/api/orders", content=b"{"), 400),
        (small.call("POST", "/api/orders", json=GOOD, key=foreign), 401),
        (httpx.post(f"{small.details.api_url}/api/orders", json=GOOD, trust_env=False), 401),
        (small.call("GET", "/api/orders/00000000-0000-4000-8000-000000000000"), 404),
    ):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["status"] == status


async def stored(small: Client) -> tuple[list[str], int]:
    """The ids of the orders, and how many events the API has handed out."""
    listed = small.call("GET", "/api/orders", params={"limit": 100}).json()["items"]
    connection = await asyncpg.connect(small.details.postgres_url)
    try:
        events = await connection.fetchval("SELECT count(*) FROM outbox")
    finally:
        await connection.close()
    return [order["id"] for order in listed], int(events)


async def test_nothing_is_stored_and_nobody_asked(small: Client) -> None:
    before = await stored(small)
    for body, _ in BAD:
        assert small.call("POST", "/api/orders", json=body).status_code == 422
    assert await stored(small) == before
    assert not [row for row in small.journal("ask") if "保温杯" in row["question"]]
