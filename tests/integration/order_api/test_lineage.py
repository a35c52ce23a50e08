"""From a rate down to the characters that made it, and making it again with other names."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from answerlens_analyzer.store import lock_days
from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import (
    ANSWERS,
    ENGINES,
    QUESTIONS,
    RIVALS,
    everything,
    evidence,
    first_date,
    path,
    rates,
    run,
)
from tests.support.answered import analyse, drop_day, store_bank, store_day
from tests.support.network import outside


@pytest.fixture
async def order(db: Database, clients: Clients, handlers: Handlers) -> dict[str, Any]:
    """An order that has been measured on its first day, and whose events nobody has published yet."""
    placed = await clients.place(competitors=RIVALS)
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, first_date(placed), ANSWERS)
    await run(db, handlers, first_date(placed))
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    return placed


async def test_evidence_leads_to_the_characters(clients: Clients, order: dict[str, Any]) -> None:
    page = await evidence(clients, order, engine="chat-a", rate="mention_rate", limit=1)
    (item,) = page["items"]
    assert (item["question_id"], item["question"], item["status"], item["score"]) == ("q1", "通勤耳机怎么选？", "ok", 4)
    assert (item["cluster_id"], item["intent"], item["bank_version"], item["anchor"]) == (0, "选购", 1, False)
    named = [(mention["brand"], mention["text"]) for mention in item["mentions"]]
    assert named == [("Bose", "Bose"), ("索尼", "ＳＯＮＹ"), ("索尼", "索尼")]
    for mention in item["mentions"]:
        assert item["text"][mention["start"] : mention["end"]] == mention["text"]
    assert (item["numerator"], item["denominator"], item["position"]) == (1, 1, 2)
    (link,) = item["links"]
    assert (link["owner"], link["cited"], link["position"]) == ("own", True, 1)
    (behind,) = page["rates"]
    assert (behind["engine"], behind["surface"], behind["rate"]["k"], behind["rate"]["n"]) == (
        "chat-a",
        "browser",
        2,
        4,
    )
    assert behind["versions"]["bank_version"] == 1
    assert {"matcher", "engine_profile", "llm_model", "embedding_model", "names"} <= behind["versions"].keys()
    assert {"rubrics", "scoring_models", "sentiment_models"} <= behind["versions"].keys()
    assert (page["answers_kept"], page["notes"]) == (True, [])


async def test_links_say_whose_they_are(clients: Clients, order: dict[str, Any]) -> None:
    items = await everything(clients, order, engine="chat-a", rate="link_share")
    owners = {link["url"]: link["owner"] for item in items for link in item["links"]}
    assert owners["https://bose.cn/"] == "competitor"
    assert owners["https://notsony.com.cn/"] == "other"


@pytest.mark.parametrize("engine", ["chat-a", "overall"])
async def test_evidence_adds_up_to_the_rate(clients: Clients, order: dict[str, Any], engine: str) -> None:
    """Every rate: the answers it lists, and no others, make its k of n and its value."""
    report = (await clients.acme.get(path(order, "report"))).json()
    part = report["overall"] if engine == "overall" else report["engines"][engine]
    where = {} if engine == "overall" else {"engine": engine}
    assert len(part["rates"]) > 10
    for name, rate in part["rates"].items():
        items = await everything(clients, order, rate=name, limit=3, **where)
        numerator = sum(item["numerator"] for item in items)
        denominator = sum(item["denominator"] for item in items)
        if rate["rate"] is None:
            assert (name, items) == (name, [])
        else:
            assert (name, numerator / denominator) == (name, pytest.approx(rate["rate"]))
        if name != "mean_position":
            assert (name, numerator, denominator) == (name, rate["k"] or 0, rate["n"] or 0)


async def test_pages_follow_one_another_without_gap_or_repetition(clients: Clients, order: dict[str, Any]) -> None:
    items = await everything(clients, order, limit=5)
    keys = [(item["engine"], item["question_id"]) for item in items]
    assert keys == [(engine, question) for engine in ENGINES for question in QUESTIONS]
    assert [item["status"] for item in items[:6]] == ["ok"] * 5 + ["captcha"]
    assert items[0]["numerator"] is None
    of_cluster = await everything(clients, order, rate="mention_rate", cluster=0, engine="chat-b")
    assert [item["question_id"] for item in of_cluster] == ["q1", "q2"]


async def test_branded_questions_are_behind_the_branded_rate_only(clients: Clients, order: dict[str, Any]) -> None:
    branded = await everything(clients, order, rate="mention_rate[branded]", engine="chat-a")
    assert [(item["question_id"], item["branded"]) for item in branded] == [("q4", True)]
    rest = await everything(clients, order, rate="mention_rate", engine="chat-a")
    assert [item["question_id"] for item in rest] == ["q1", "q2", "q3", "q5"]


async def test_evidence_is_for_the_owner(clients: Clients, order: dict[str, Any]) -> None:
    for method, name in (("GET", "evidence"), ("POST", "reanalyse")):
        assert (await clients.rival.request(method, path(order, name))).status_code == 404
        assert (await clients.nobody.request(method, path(order, name))).status_code == 401
    assert (await clients.admin.get(path(order, "evidence"))).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"rate": "fame"}, 422),
        ({"rate": "share_of_voice[cluster=1]"}, 422),
        ({"engine": "chat-z"}, 422),
        ({"cluster": "-1"}, 422),
        ({"cursor": "?"}, 422),
        ({"date": "2001-01-01"}, 404),
    ],
)
async def test_questions_without_an_answer(
    clients: Clients, order: dict[str, Any], query: dict[str, str], status: int
) -> None:
    response = await clients.acme.get(path(order, "evidence"), params=query)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


async def test_what_has_been_dropped_is_said(clients: Clients, order: dict[str, Any], db: Database) -> None:
    before = await everything(clients, order, rate="mention_rate")
    await drop_day(db, first_date(order))
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM collection")
    page = await evidence(clients, order, rate="mention_rate")
    assert not page["answers_kept"]
    (note,) = page["notes"]
    assert "dropped" in note
    assert [item["question"] for item in page["items"]] == [item["question"] for item in before]
    assert {(item["text"], item["links"]) for item in page["items"]} == {(None, None)}
    assert {(item["intent"], item["bank_version"], item["anchor"]) for item in page["items"]} == {("选购", 1, False)}
    assert page["items"][0]["mentions"][0]["text"] is None
    assert [item["numerator"] for item in page["items"]] == [item["numerator"] for item in before]


async def test_an_anchor_is_read_from_a_later_bank_once_its_own_is_dropped(
    clients: Clients, order: dict[str, Any], db: Database
) -> None:
    await store_bank(db, {"q1": QUESTIONS["q1"]}, version=2)
    await drop_day(db, first_date(order))
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM collection")
        await tx.execute("DELETE FROM question_bank WHERE bank_version = 1")
    kept, *lost = await everything(clients, order, rate="mention_rate", engine="chat-a")
    assert (kept["question"], kept["intent"], kept["bank_version"], kept["anchor"]) == (
        QUESTIONS["q1"][1],
        "选购",
        1,
        None,
    )
    assert {(item["question"], item["intent"], item["bank_version"]) for item in lost} == {(None, None, 1)}


async def test_outcomes_from_before_offsets_were_kept_are_readable(
    clients: Clients, order: dict[str, Any], db: Database
) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE measurement_outcome SET outcomes = outcomes - 'mentions' - 'status'")
    page = await evidence(clients, order, engine="chat-a")
    assert [item["status"] for item in page["items"]] == ["ok"] * 5 + ["captcha"]
    assert {item["mentions"] for item in page["items"]} == {None}
    assert "not kept" in page["notes"][0]


async def test_a_competitor_keeps_what_is_not_said_of_it(clients: Clients, order: dict[str, Any]) -> None:
    form = {"competitors": [{"name": "华为"}, {"name": "Bose", "aliases": ["博士"]}]}
    huawei, bose = (await clients.acme.post(path(order, "reanalyse"), json=form)).json()["order"]["competitors"]
    assert (huawei["name"], bose["aliases"], bose["domains"]) == ("华为", ["博士"], ["bose.cn"])


async def test_other_names_are_found_in_the_answers_that_are_kept(
    clients: Clients, order: dict[str, Any], db: Database, handlers: Handlers
) -> None:
    assert (await rates(clients, order))["mention_rate"]["k"] == 4
    response = await clients.acme.post(path(order, "reanalyse"), json={"brand": {"aliases": ["Sony", "漫步者"]}})
    assert response.status_code == 202, response.text
    told = response.json()
    assert told["days"] == [{"date": order["first_date"], "engines": list(ENGINES)}]
    assert told["not_recomputed"] == []
    assert told["order"]["brand"]["aliases"] == ["Sony", "漫步者"]
    assert told["order"]["brand"]["domains"] == ["sony.com.cn"]
    assert told["order"]["competitors"][0]["domains"] == ["bose.cn"]
    assert (told["order"]["status"], told["order"]["progress"]) == ("completed", 100)
    assert (await clients.acme.get(path(order, "report"))).headers["Report-Version"] == "1"
    keys = [row["routing_key"] for row in await db.rows("SELECT routing_key FROM outbox")]
    assert keys == ["collection.scored.express"] * 2  # the analyzer works again, and no stage before it

    await run(db, handlers, first_date(order))
    again = await rates(clients, order)
    assert (again["mention_rate"]["k"], again["mention_rate"]["n"]) == (6, 8)
    ended = (await clients.acme.get(path(order, "").rstrip("/"))).json()
    assert [day["status"] for day in ended["measurements"]] == ["completed"]
    messages = (await clients.acme.get("/api/notifications")).json()["items"]
    assert len(messages) == 1  # that it completed, the first time


async def test_without_a_body_the_same_names_are_looked_for(
    clients: Clients, order: dict[str, Any], db: Database, handlers: Handlers
) -> None:
    before = await rates(clients, order)
    assert (await clients.acme.post(path(order, "reanalyse"))).status_code == 202
    await run(db, handlers, first_date(order))
    assert await rates(clients, order) == before


async def test_days_without_answers_keep_their_rates_and_are_named(
    clients: Clients, order: dict[str, Any], db: Database
) -> None:
    before = await rates(clients, order)
    await drop_day(db, first_date(order))
    told = (await clients.acme.post(path(order, "reanalyse"), json={"brand": {"aliases": ["漫步者"]}})).json()
    assert told["days"] == []
    (left,) = told["not_recomputed"]
    assert (left["date"], left["engines"], "dropped" in left["reason"]) == (order["first_date"], list(ENGINES), True)
    assert await rates(clients, order) == before
    assert await db.value("SELECT count(*) FROM outbox") == 0


async def test_twice_is_as_good_as_once(
    clients: Clients, order: dict[str, Any], db: Database, handlers: Handlers
) -> None:
    """Also when the word of the first analysis comes after the second was asked for."""
    names = [["Sony", "漫步者"], ["漫步者"]]
    await clients.acme.post(path(order, "reanalyse"), json={"brand": {"aliases": names[0]}})
    late = [event for engine in ENGINES for event in await analyse(db, engine, first_date(order))]
    await clients.acme.post(path(order, "reanalyse"), json={"brand": {"aliases": names[1]}})
    for event in [each for each in late if isinstance(each, OrderAnalysed)]:
        await handlers.on_order_analysed(event, "1")
    measurements = (await clients.acme.get(path(order, "measurements"))).json()["items"]
    assert [(day["status"], day["version"]) for day in measurements] == [("running", 1)]
    await run(db, handlers, first_date(order))
    assert (await rates(clients, order))["mention_rate"]["k"] == 6
    answers = await asyncio.gather(*(clients.acme.post(path(order, "reanalyse")) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [202] * 3
    await run(db, handlers, first_date(order))
    assert (await rates(clients, order))["mention_rate"]["k"] == 6


async def test_a_name_changed_while_the_old_one_was_looked_for_wins(
    clients: Clients, order: dict[str, Any], db: Database, handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clients.acme.post(path(order, "reanalyse"))
    changed: list[Any] = []

    async def change_first(tx: Any, order_id: UUID, date: dt.date) -> list[dt.date]:
        if not changed:
            names = {"brand": {"aliases": ["漫步者"]}}
            changed.append(await outside(clients.acme.post(path(order, "reanalyse"), json=names)))
        return await lock_days(tx, order_id, date)

    monkeypatch.setattr("answerlens_analyzer.store.lock_days", change_first)
    await run(db, handlers, first_date(order))
    assert changed[0].status_code == 202
    assert (await rates(clients, order))["mention_rate"]["k"] == 6


async def test_a_day_under_reanalysis_cannot_be_cancelled_away(
    clients: Clients, order: dict[str, Any], db: Database, handlers: Handlers
) -> None:
    await clients.acme.post(path(order, "reanalyse"))
    assert (await clients.acme.post(path(order, "cancel"))).json()["status"] == "completed"
    await run(db, handlers, first_date(order))
    assert (await rates(clients, order))["mention_rate"]["k"] == 4


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"brand": {"aliases": ["Bose"]}}, "competitors[0].name"),
        ({"competitors": [{"name": "Sony"}]}, "competitors[0].name"),
        ({"brand": {"domains": ["https://sony.com"]}}, "brand.domains[0]"),
        ({"brand": {"name": "华为"}}, "brand.name"),
        ({"keyword": "手机"}, "keyword"),
    ],
)
async def test_names_are_checked_as_in_an_order(
    clients: Clients, order: dict[str, Any], form: dict[str, Any], field: str
) -> None:
    response = await clients.acme.post(path(order, "reanalyse"), json=form)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert (await clients.acme.get(path(order, "").rstrip("/"))).json()["brand"]["aliases"] == ["Sony"]
    assert (await clients.acme.get(path(order, "report"))).status_code == 200
