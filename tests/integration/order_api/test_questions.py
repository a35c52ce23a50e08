"""From an order to the questions that were asked for it, and to what people ask."""

import datetime as dt
import json
from typing import Any

import pytest

from answerlens_common.db import Database
from tests.integration.order_api.conftest import Clients

KEYWORD = "蓝牙耳机"
PATH = f"/api/keywords/{KEYWORD}/questions"
DAY = dt.timedelta(days=1)


async def banked(
    db: Database, version: int, *questions: tuple[str, int, str, bool], status: str = "ready", brands: str = "[]"
) -> None:
    """Store a bank as the bank builder does."""
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status, left_over)"
            " VALUES (:keyword, :version, '2026-01-01', :status, '[\"今天的月亮真圆啊\"]')",
            keyword=KEYWORD,
            version=version,
            status=status,
        )
        for question_id, cluster, question, anchor in questions:
            await tx.execute(
                "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
                " generated_question, source_questions, anchor, brands) VALUES (:keyword, :version, :question_id,"
                " :cluster, :intent, :question, CAST(:sources AS jsonb), :anchor, CAST(:brands AS jsonb))",
                keyword=KEYWORD,
                version=version,
                question_id=question_id,
                cluster=cluster,
                intent=f"意图{cluster}",
                question=question,
                sources=json.dumps([f"人问：{question}"], ensure_ascii=False),
                anchor=anchor,
                brands=brands,
            )


async def measured(db: Database, order: dict[str, Any], days: int, version: int) -> None:
    """Make a day one of the order's, measured with this bank."""
    date = dt.date.fromisoformat(order["first_date"]) + days * DAY
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword, status, completed_at)"
            " VALUES (:order, :date, :keyword, 'completed', now())"
            " ON CONFLICT (order_id, date) DO UPDATE SET status = 'completed', completed_at = now()",
            order=order["id"],
            date=date,
            keyword=KEYWORD,
        )
        await tx.execute(
            "INSERT INTO keyword_day (keyword, date, bank_version) VALUES (:keyword, :date, :version)"
            " ON CONFLICT (keyword, date) DO UPDATE SET bank_version = excluded.bank_version",
            keyword=KEYWORD,
            date=date,
            version=version,
        )


@pytest.fixture
async def order(db: Database, clients: Clients) -> dict[str, Any]:
    """An order whose days were measured with banks 1 and 2; bank 3 is being built, bank 4 is nobody's."""
    placed = await clients.place()
    await banked(db, 1, ("1-0-01", 0, "耳机怎么选？", False), ("1-0-02", 0, "哪款耳机好？", False))
    await banked(
        db,
        2,
        ("1-0-02", 0, "哪款耳机好？", True),
        ("2-0-01", 0, "Bose值得买吗？", False),
        ("2-3-01", 3, "森海塞尔值得买吗？", False),
        brands='["森海塞尔"]',
    )
    await banked(db, 3, ("3-0-01", 0, "还没写完的问题？", False), status="building")
    await banked(db, 4, ("4-0-01", 0, "别人的问题？", False))
    for days in range(3):
        await measured(db, placed, days, days + 1)
    return placed


async def asked(clients: Clients, **query: Any) -> dict[str, Any]:
    response = await clients.acme.get(PATH, params=query)
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


async def test_each_question_is_led_back_to_what_people_ask(clients: Clients, order: dict[str, Any]) -> None:
    page = await asked(clients)
    assert (page["keyword"], page["version"], page["built_date"]) == (order["keyword"], 2, "2026-01-01")
    assert (page["versions"], page["next"]) == ([2, 1], None)
    assert page["left_over"] == ["今天的月亮真圆啊"]
    assert page["items"][0] == {
        "question_id": "1-0-02",
        "cluster_id": 0,
        "intent": "意图0",
        "question": "哪款耳机好？",
        "source_questions": ["人问：哪款耳机好？"],
        "source_origins": [],
        "synthetic": False,
        "anchor": True,
        "branded": False,
    }
    assert [(item["question_id"], item["cluster_id"], item["anchor"]) for item in page["items"][1:]] == [
        ("2-0-01", 0, False),
        ("2-3-01", 3, False),
    ]
    earlier = await asked(clients, version=1)
    assert (earlier["version"], [item["question_id"] for item in earlier["items"]]) == (1, ["1-0-01", "1-0-02"])


@pytest.mark.usefixtures("order")
async def test_a_question_is_branded_for_whose_brand_it_names(clients: Clients) -> None:
    """What the bank says of a question is not asked: each order has its own decision."""
    assert [item["branded"] for item in (await asked(clients))["items"]] == [False, True, False]
    await clients.place(brand={"name": "森海塞尔"}, competitors=[])
    assert [item["branded"] for item in (await asked(clients))["items"]] == [False, True, True]


async def test_pages_stay_with_their_bank(db: Database, clients: Clients, order: dict[str, Any]) -> None:
    page = await asked(clients, limit=2)
    assert [item["question_id"] for item in page["items"]] == ["1-0-02", "2-0-01"]
    await measured(db, order, 3, 4)
    rest = await asked(clients, limit=2, cursor=page["next"])
    assert (rest["version"], [item["question_id"] for item in rest["items"]], rest["next"]) == (2, ["2-3-01"], None)
    assert (await asked(clients))["version"] == 4
    response = await clients.acme.get(PATH, params={"version": 1, "cursor": page["next"]})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "cursor")


@pytest.mark.usefixtures("order")
async def test_only_who_was_measured_with_a_bank_sees_it(clients: Clients) -> None:
    assert (await clients.nobody.get(PATH)).status_code == 401
    assert (await clients.rival.get(PATH)).status_code == 404
    assert (await clients.rival.get(PATH, params={"version": 1})).status_code == 404
    assert (await clients.admin.get(PATH)).json()["version"] == 2
    for version, status in ((3, 404), (4, 404), (99, 404), (0, 422), (2**31, 422)):
        response = await clients.acme.get(PATH, params={"version": version})
        assert (version, response.status_code) == (version, status)
        assert response.headers["content-type"] == "application/problem+json"
    assert (await clients.acme.get("/api/keywords/手机/questions")).status_code == 404


async def test_before_a_bank_is_complete_there_are_no_questions(clients: Clients) -> None:
    await clients.place()
    response = await clients.acme.get(PATH)
    assert (response.status_code, "has been completed" in response.json()["detail"]) == (404, True)


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    ("origins", "synthetic"), [(["zhihu_page"], False), (["zhihu_api", "model"], False), (["model", "model"], True)]
)
async def test_a_question_that_no_person_asked_is_marked(
    db: Database, clients: Clients, origins: list[str], *, synthetic: bool
) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE question_bank SET source_origins = CAST(:origins AS jsonb), source_questions = CAST(:origins AS"
            " jsonb) WHERE question_id = '2-0-01'",
            origins=json.dumps(origins),
        )
        await tx.execute('UPDATE bank SET origins = \'{"model": 2, "zhihu_page": 1}\' WHERE version = 2')
    page = await asked(clients)
    assert page["origins"] == {"zhihu_page": 1, "model": 2}
    marked = {item["question_id"]: (item["source_origins"], item["synthetic"]) for item in page["items"]}
    assert marked["2-0-01"] == (origins, synthetic)
    assert marked["1-0-02"] == ([], False)
