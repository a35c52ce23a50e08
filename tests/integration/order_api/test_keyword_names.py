"""Orders on a keyword that names their own brand, or a competitor: from the answers to the report."""

import json
from typing import Any
from uuid import UUID

import pytest

from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed, StageFailed
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import ENGINES, everything, first_date, path, run
from tests.support.answered import KEYWORD, Given, analyse, store_bank, store_day

PLAIN = 40
QUESTIONS = {f"q{n:02}": (n % 4, f"第 {n} 位用户问：{KEYWORD}怎么选？") for n in range(PLAIN)}
ABOUT_SONY = {f"s{n}": (0, f"索尼{KEYWORD}的第 {n} 代怎么样？") for n in range(4)}
LIFTED = ("mention_rate", "weighted_mention_rate", "mention_rate[cluster=0]")


def answer(n: int) -> Given:
    """Every answer names the keyword, half name 索尼, first or second."""
    return Given(f"选{KEYWORD}{'可以看索尼' if n % 2 else '看预算'}，也有 Bose。", score=3)


async def measured(
    db: Database, handlers: Handlers, order: dict[str, Any], questions: dict[str, tuple[int, str]] = QUESTIONS
) -> None:
    """A day of the keyword, analysed for everybody who waits for it."""
    await store_bank(db, questions)
    for engine in ENGINES:
        await store_day(db, engine, first_date(order), {name: answer(n) for n, name in enumerate(questions)})
    await run(db, handlers, first_date(order))


async def report(clients: Clients, order: dict[str, Any]) -> dict[str, Any]:
    response = await clients.acme.get(path(order, "report"))
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.case("o1")
@pytest.mark.parametrize(
    "brand",
    [{"name": KEYWORD}, {"name": "耳机"}, {"name": "Bluetooth", "aliases": ["蓝牙"]}],
    ids=["equal", "in", "alias"],
)
async def test_an_order_for_a_brand_in_the_keyword_is_measured_and_says_so(
    db: Database, clients: Clients, handlers: Handlers, brand: dict[str, Any]
) -> None:
    order = await clients.place(brand=brand, competitors=[{"name": "Bose"}])
    await measured(db, handlers, order)
    told = await report(clients, order)
    assert told["overall"]["rates"]["mention_rate"]["n"] == PLAIN * len(ENGINES)
    assert told["overall"]["rates"]["mention_rate"]["k"] == PLAIN * len(ENGINES)
    assert told["keyword_names_brand"] is True
    assert told["headline"] == ["first_mention_rate", "share_of_voice", "positive_share", "negative_share"]
    assert {told["overall"]["rates"][name]["verdict"] for name in LIFTED} == {None, "too_few"}
    assert "不对提及率下可见度结论" in told["notes"][0]
    assert {item["branded"] for item in await everything(clients, order)} == {False}
    questions = (await clients.acme.get(f"/api/keywords/{KEYWORD}/questions")).json()
    assert {item["branded"] for item in questions["items"]} == {False}


@pytest.mark.case("o1")
async def test_a_brand_in_the_keyword_that_gains_is_not_said_to_be_seen_more(db: Database, clients: Clients) -> None:
    """What the comparison of two days would say of it, were it any other brand, is left out."""
    order = await clients.place(brand={"name": "耳机"}, competitors=[], engines=["chat-a"])
    await store_bank(db, QUESTIONS)
    days = [first_date(order).replace(day=day) for day in (1, 2)]
    for day, text in zip(days, ("看预算。", "买耳机。"), strict=True):
        async with db.transaction() as tx:
            values = {"order": UUID(order["id"]), "date": day}
            await tx.execute(
                "INSERT INTO measurement (order_id, date, keyword) VALUES (:order, :date, :keyword)"
                " ON CONFLICT DO NOTHING",
                **values,
                keyword=KEYWORD,
            )
            await tx.execute(
                "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:order, :date, 'chat-a')"
                " ON CONFLICT DO NOTHING",
                **values,
            )
        await store_day(db, "chat-a", day, dict.fromkeys(QUESTIONS, Given(text)))
        await analyse(db, "chat-a", day)
    rates = await db.value(
        "SELECT rates FROM mention_percentage WHERE date = :date AND engine = 'chat-a'", date=days[1]
    )
    assert rates["mention_rate"]["change"]["gained"] == PLAIN
    assert rates["mention_rate"]["verdict"] is None
    assert rates["mention_rate"]["pooled_change"]["verdict"] is None


@pytest.mark.case("o2")
async def test_each_client_is_measured_by_what_it_looks_for(db: Database, clients: Clients, handlers: Handlers) -> None:
    """One orders the keyword itself and ordinary words, another a brand: neither changes what the other reads."""
    order = await clients.place(brand={"name": "索尼"}, competitors=[])
    theirs = {"keyword": KEYWORD, "brand": {"name": KEYWORD}, "competitors": [{"name": "怎么选"}, {"name": "用户"}]}
    response = await clients.rival.post("/api/orders", json=theirs)
    assert response.status_code == 202, response.text
    await measured(db, handlers, order, QUESTIONS | ABOUT_SONY)
    told = await report(clients, order)
    rates = told["overall"]["rates"]
    assert (rates["mention_rate"]["n"], rates["mention_rate[branded]"]["n"]) == (PLAIN * 2, len(ABOUT_SONY) * 2)
    assert (told["keyword_names_brand"], told["headline"]) == (False, ["mention_rate"])
    rival = (await clients.rival.get(path(response.json(), "report"))).json()
    assert (rival["status"], rival["keyword_names_brand"]) == ("completed", True)
    # every question has 用户 or names nobody but the keyword
    assert rival["overall"]["rates"]["mention_rate[branded]"]["n"] == PLAIN * 2


@pytest.mark.case("o1")
async def test_with_few_unbranded_questions_the_branded_rate_leads(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place(brand={"name": "索尼"}, competitors=[])
    few = dict(list(QUESTIONS.items())[:29])
    await measured(db, handlers, order, few | ABOUT_SONY)
    told = await report(clients, order)
    assert told["headline"] == ["mention_rate[branded]"]
    assert "29 个" in told["notes"][0]
    assert "mention_rate[branded]" in told["notes"][0]


@pytest.mark.case("o1")
async def test_a_competitor_in_the_keyword_is_told(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(brand={"name": "索尼"}, competitors=[{"name": "Bose"}, {"name": "耳机"}])
    await measured(db, handlers, order)
    told = await report(clients, order)
    assert (told["keyword_names_brand"], told["headline"]) == (False, ["mention_rate"])
    assert "竞品“耳机”" in told["notes"][0]
    assert told["overall"]["rates"]["mention_rate"]["n"] == PLAIN * 2


@pytest.mark.case("o2")
@pytest.mark.parametrize("broken", [{"name": "\u200b"}, {"name": "好", "context": ["\u200b"]}])
async def test_an_order_that_cannot_be_analysed_fails_alone(
    db: Database, clients: Clients, handlers: Handlers, broken: dict[str, Any]
) -> None:
    order = await clients.place()
    theirs = (await clients.rival.post("/api/orders", json={"keyword": KEYWORD, "brand": {"name": "苹果"}})).json()
    async with db.transaction() as tx:
        # as a row from before names were checked, or one that some script wrote
        await tx.execute(
            "UPDATE orders SET brand = CAST(:brand AS jsonb) WHERE id = :order",
            brand=json.dumps(broken, ensure_ascii=False),
            order=UUID(theirs["id"]),
        )
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, first_date(order), {name: answer(n) for n, name in enumerate(QUESTIONS)})
        events = await analyse(db, engine, first_date(order))
        # once more before anything is heard, as for an order that has joined
        events += await analyse(db, engine, first_date(order))
        for event in events:
            if isinstance(event, StageFailed):
                await handlers.on_stage_failed(event, "1")
            if isinstance(event, OrderAnalysed):
                await handlers.on_order_analysed(event, "1")
    statuses = {
        str(row["order_id"]): row["status"] for row in await db.rows("SELECT order_id, status FROM measurement")
    }
    assert statuses == {order["id"]: "completed", theirs["id"]: "failed"}
    assert (await report(clients, order))["overall"]["rates"]["mention_rate"]["n"] == PLAIN * 2
