"""A bank that is built anew: what stays, over the real model, the real database and the sandbox's language model."""

import datetime as dt
from collections.abc import Mapping

import pytest
from sqlalchemy import RowMapping

from answerlens_bank_builder import store
from answerlens_bank_builder.embedding import EmbeddingSettings
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.handlers import Handlers
from answerlens_bank_builder.pool import distinct
from answerlens_bank_builder.settings import BankBuilderSettings
from answerlens_common.db import Database
from answerlens_common.events import KeywordSearched, Lane
from answerlens_common.llm import LanguageModel
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from tests.integration.bank_builder.test_build import source_questions

KEYWORD = "扫地机器人"
FIRST = dt.date(2026, 3, 1)


@pytest.fixture
def handlers(database: Database, grouper: Grouper, llm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> Handlers:
    for name, value in {
        "POSTGRES_URL": database.settings.url,
        "RABBITMQ_URL": "amqp://unused",
        "LLM_BASE_URL": "http://unused",
        "LLM_API_KEY": "unused",
        "LLM_MODEL": "sandbox-chat",
        "QUESTIONS_PER_CLUSTER": "8",
    }.items():
        monkeypatch.setenv(f"ANSWERLENS_{name}", value)
    return Handlers(database, grouper, llm, BankBuilderSettings(embedding=EmbeddingSettings()))


async def search(db: Database, date: dt.date, questions: list[str]) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " SELECT :keyword, :date, text, 'z' || number, ''"
            " FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS found (text, number)",
            keyword=KEYWORD,
            date=date,
            texts=questions,
        )


async def build(handlers: Handlers, version: int) -> Mapping[str, RowMapping]:
    """Build a version a week after the one before; its questions by their ids."""
    date = FIRST + dt.timedelta(days=7 * (version - 1))
    event = KeywordSearched(keyword=KEYWORD, date=date, bank_version=version, lane=Lane.BULK)
    lease = await acquire(handlers.db, ClaimKey.of("bank", event), f"m{version}", event.lane, 60)
    assert isinstance(lease, Lease)
    await handlers.on_keyword_searched(event, lease)
    await lease.close()
    assert await store.is_ready(handlers.db, event)
    rows = await handlers.db.rows(
        "SELECT * FROM question_bank WHERE keyword = :keyword AND bank_version = :version",
        keyword=KEYWORD,
        version=version,
    )
    return {row["question_id"]: row for row in rows}


async def test_a_rebuilt_bank_keeps_an_anchor_panel(handlers: Handlers) -> None:
    sources = source_questions(KEYWORD)
    await search(handlers.db, FIRST, sources)
    first = await build(handlers, 1)
    assert not any(row["anchor"] for row in first.values())
    left_over = await handlers.db.value("SELECT left_over FROM bank WHERE keyword = :keyword", keyword=KEYWORD)
    asked_about = {question for row in first.values() for question in row["source_questions"]}
    assert asked_about.isdisjoint(left_over)
    assert asked_about | set(left_over) == set(distinct(sources))
    # a week later other people ask other things: half of the questions are new
    await search(handlers.db, FIRST + dt.timedelta(days=7), [*sources[::2], *(f"{text}呢？" for text in sources[1::2])])
    second = await build(handlers, 2)
    assert len(second) == len(first) == 64
    kept = {id_ for id_, row in second.items() if row["anchor"]}
    assert kept == first.keys() & second.keys()
    assert len(kept) >= 4 * 6  # the sandbox's writer strays, and who has strayed does not stay
    for id_ in kept:
        for field in ("cluster_id", "main_intent", "generated_question", "source_questions", "source_origins"):
            assert second[id_][field] == first[id_][field]
    for cluster in {row["cluster_id"] for row in second.values()}:
        anchors = [row["anchor"] for row in second.values() if row["cluster_id"] == cluster]
        assert len(anchors) == 8
        assert sum(anchors) in {0, 4, 5, 6}
    assert len({row["generated_question"] for row in second.values()}) == 64
    # the numbers of clusters are not given again, also when the questions that had them are gone
    async with handlers.db.transaction() as tx:
        await tx.execute("DELETE FROM question_bank")
    event = KeywordSearched(keyword=KEYWORD, date=FIRST, bank_version=3, lane=Lane.BULK)
    highest = max(row["cluster_id"] for row in (*first.values(), *second.values()))
    assert (await store.panel(handlers.db, event, 0.75)).free == highest + 1
