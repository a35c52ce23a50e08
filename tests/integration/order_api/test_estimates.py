"""What an order would take, before anything is spent."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from answerlens_common.db import Database
from answerlens_common.settings import LlmPriceSettings
from answerlens_order_api.settings import OrderApiSettings
from tests.integration.order_api.conftest import ORDER, Clients
from tests.support.collected import Kept, store_answers, store_collection

KEYWORD = "蓝牙耳机"
ESTIMATE = "/api/orders/estimate"


@pytest.fixture
def settings(settings: OrderApiSettings) -> OrderApiSettings:
    prices = LlmPriceSettings(prompt_price=Decimal(1), completion_price=Decimal(2))
    return settings.model_copy(update={"prices": prices})


@pytest.fixture
def today(settings: OrderApiSettings) -> dt.date:
    return dt.datetime.now(settings.calendar.zone).date()


@pytest.fixture
async def bank(db: Database, today: dt.date) -> None:
    """Four questions, written today."""
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status, clusters)"
            " VALUES (:keyword, 1, :today, 'ready', 1)",
            keyword=KEYWORD,
            today=today,
        )
        await tx.execute(
            "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
            " generated_question, source_questions) SELECT :keyword, 1, 'q' || n, 0, '选购', '第' || n || '题', '[]'"
            " FROM generate_series(1, 4) n",
            keyword=KEYWORD,
        )


async def engine(db: Database, name: str, kind: str = "browser", replicates: int = 1, **profile: Any) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO engine (name, kind, surface, enabled, replicates, profile)"
            " VALUES (:name, CAST(:kind AS text), CAST(:kind AS text), true, :replicates, CAST(:profile AS jsonb))",
            name=name,
            kind=kind,
            replicates=replicates,
            profile=json.dumps(profile),
        )


async def estimated(clients: Clients, **changes: Any) -> dict[str, Any]:
    response = await clients.acme.post(ESTIMATE, json=ORDER | changes)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def collected(db: Database, today: dt.date, engine: str, status: str, kept: list[Kept], total: int = 4) -> None:
    async with db.transaction() as tx:
        collection = await store_collection(tx, KEYWORD, today, engine, total=total, status=status)
        await store_answers(tx, collection, kept)


async def test_without_a_bank_everything_is_assumed(db: Database, clients: Clients) -> None:
    found = await estimated(clients)
    assert (found["questions"], found["questions_basis"]) == (200, "assumed")
    assert [(one["engine"], one["requests"], one["minutes_basis"]) for one in found["engines"]] == [
        ("chat-a", 200, "assumed"),
        ("chat-b", 200, "assumed"),
    ]
    # 200 questions of 30 s on 3 pages
    assert found["engines"][0]["minutes"] == 33.5
    assert [(step["step"], step["requests"]) for step in found["steps"]] == [
        ("search", 0),
        ("bank", 20),
        ("score", 40),
        ("sentiment", 20),
    ]
    assert {step["tokens"]["basis"] for step in found["steps"]} == {"assumed"}
    assert found["total"]["requests_to_engines"] == 400
    # at 1 a million tokens in and 2 out
    tokens = found["total"]["prompt_tokens"] + 2 * found["total"]["completion_tokens"]
    assert found["total"]["money"] == [{"amount": pytest.approx(tokens / 1e6, abs=1e-3), "currency": None}]
    assert await db.value("SELECT count(*) FROM orders") == 0
    assert await db.value("SELECT count(*) FROM keyword_day") == 0


@pytest.mark.usefixtures("bank")
async def test_what_is_measured_today_costs_nothing(db: Database, clients: Clients, today: dt.date) -> None:
    kept = [Kept(f"q{n}", text="索尼", score=2) for n in range(1, 5)]
    for name in ("chat-a", "chat-b"):
        await collected(db, today, name, "scored", kept)
    found = await estimated(clients)
    assert (found["questions"], found["questions_basis"]) == (4, "measured")
    assert [one["requests"] for one in found["engines"]] == [0, 0]
    assert [step["step"] for step in found["steps"]] == ["sentiment"]  # of a brand that was not measured yet
    order = await clients.place()
    async with db.transaction() as tx:
        for name in ("chat-a", "chat-b"):
            await tx.execute(
                "INSERT INTO mention_percentage (order_id, brand_name, keyword_name, date, engine, surface, rates,"
                " degraded, versions) VALUES (:order, '索尼', :keyword, :today, :engine, 'browser', '{}',"
                " false, '{}')",
                order=UUID(order["id"]),
                keyword=KEYWORD,
                today=today,
                engine=name,
            )
    found = await estimated(clients)
    assert found["steps"] == []
    assert found["total"] == {
        "requests_to_engines": 0,
        "requests_to_language_model": 0,
        "minutes": 0.0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "money": [],
        "unpriced": [],
    }


@pytest.mark.usefixtures("bank")
async def test_what_joins_work_under_way_costs_what_is_left(db: Database, clients: Clients, today: dt.date) -> None:
    await collected(db, today, "chat-a", "collecting", [Kept("q1", text="x"), Kept("q2", status="failed")])
    await collected(db, today, "chat-b", "failed", [Kept(f"q{n}", status="failed") for n in range(1, 5)])
    found = await estimated(clients)
    assert [(one["collection"], one["requests"]) for one in found["engines"]] == [("collecting", 2), ("failed", 0)]
    assert any("chat-b has failed today" in note for note in found["notes"])
    # one answered, two to come
    assert [(step["step"], step["requests"]) for step in found["steps"]] == [("score", 1), ("sentiment", 1)]


@pytest.mark.usefixtures("bank")
async def test_money_is_by_the_engines_file_and_what_was_used(db: Database, clients: Clients, today: dt.date) -> None:
    price = {"currency": "CNY", "prompt": 2.0, "completion": 8.0, "question": 0.01}
    await engine(db, "api-a", "api", replicates=2, price=price, pacing={"min_seconds_between_asks": 6, "parallel": 8})
    await engine(db, "api-b", "api")
    found = await estimated(clients, engines=["api-a", "api-b"])
    first, second = found["engines"]
    assert first["requests"] == 8
    assert first["tokens"] == {"prompt": 32_000, "completion": 12_000, "basis": "assumed"}
    assert first["money"] == {"amount": pytest.approx(0.08 + 0.064 + 0.096), "currency": "CNY"}
    assert first["minutes"] == 1.2  # seven waits of 6 s, and an answer
    assert second["money"] is None
    assert found["total"]["unpriced"] == ["api-b"]
    async with db.transaction() as tx:
        other = await store_collection(tx, "手机", today, "api-a", total=1, status="scored", surface="api")
        await store_answers(tx, other, [Kept("q1", text="x")])
        await tx.execute(
            "UPDATE ai_answer SET surface = 'api', engine = 'api-a', duration = 2, prompt_tokens = 100,"
            " completion_tokens = 50"
        )
        await tx.execute(
            "INSERT INTO llm_usage (date, stage, task, keyword, order_id, requests, prompt_tokens, completion_tokens,"
            " cost) VALUES (:today, 'score', 'answer_scores', '手机', '', 4, 4000, 400, 0)",
            today=today,
        )
    found = await estimated(clients, engines=["api-a"])
    (first,) = found["engines"]
    assert first["tokens"] == {"prompt": 800, "completion": 400, "basis": "measured"}
    assert first["minutes_basis"] == "measured"
    (score,) = [step for step in found["steps"] if step["step"] == "score"]
    assert score["tokens"] == {"prompt": 1000, "completion": 100, "basis": "measured"}
    assert score["money"]["amount"] == pytest.approx(0.0012)


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("path", [ESTIMATE, "/api/orders"])
async def test_a_pace_that_cannot_finish_the_bank_in_a_day_is_refused(
    db: Database, clients: Clients, path: str
) -> None:
    await engine(db, "slow", pacing={"min_seconds_between_asks": 21_600})
    await engine(db, "slower", pacing={"min_seconds_between_asks": 21_601})
    await engine(db, "twice", replicates=2, pacing={"min_seconds_between_asks": 21_600})
    accepted = await clients.acme.post(path, json=ORDER | {"engines": ["chat-a", "slow"]})
    assert accepted.status_code in {200, 202}
    before = await db.value("SELECT count(*) FROM orders")
    refused = await clients.acme.post(path, json=ORDER | {"engines": ["slow", "slower", "twice"]})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["engines", "engines"]
    assert "slower is asked once in 21601 s: 4 questions take it 24.0 hours" in refused.json()["errors"][0]["message"]
    assert "twice" in refused.json()["errors"][1]["message"]
    assert await db.value("SELECT count(*) FROM orders") == before


@pytest.mark.parametrize("path", [ESTIMATE, "/api/orders"])
async def test_a_bank_that_is_not_there_yet_is_as_large_as_the_settings_say(
    db: Database, clients: Clients, path: str
) -> None:
    await engine(db, "slow", pacing={"min_seconds_between_asks": 433})  # 200 of them: 24.06 hours
    refused = await clients.acme.post(path, json=ORDER | {"engines": ["slow"]})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["engines"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"engines": ["chat-z"]}, "engines[0]"),
        ({"competitors": [{"name": "SONY"}]}, "competitors[0].name"),
        ({"keyword": ""}, "keyword"),
    ],
)
async def test_what_could_not_be_ordered_is_not_estimated(clients: Clients, changes: Any, field: str) -> None:
    refused = await clients.acme.post(ESTIMATE, json=ORDER | changes)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
