"""A question through the ask stage with an engine of kind `api`, over a real database."""

import asyncio
import json

import pytest

from answerlens_collection.answers import store as answers
from answerlens_collection.messages import question_of
from answerlens_collector.engines import open_engine
from answerlens_collector.handlers import AskHandlers
from answerlens_collector.settings import CollectorSettings
from answerlens_collector.store import enabled_engines
from answerlens_common.contracts.engines import RUN_KINDS, EngineFile, load_engines
from answerlens_common.db import Database
from answerlens_common.events import CollectionAnswered
from answerlens_common.jobs.topology import store as store_engines
from answerlens_common.limits.breakers import Breakers
from answerlens_common.settings import PostgresSettings, RabbitSettings
from tests.integration.collector.test_api_providers import KEY, ROOT
from tests.integration.collector.test_runs import BUILT, lease_for, place, plan, wanted
from tests.support.chat_endpoint import Response, chat_endpoint
from tests.support.collected import as_today
from tests.support.providers import PROVIDERS
from tests.support.providers.provider import TEXT

ENGINE = "openai-api"


async def test_a_question_is_asked_and_its_answer_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERLENS_OPENAI_API_KEY", KEY)
    said = PROVIDERS[ENGINE]
    (file,) = (one for one in load_engines(ROOT / "deploy/engines", {}) if one.name == ENGINE)
    async with chat_endpoint() as endpoint:
        endpoint.answer = lambda _: Response(json.dumps(said.searched[0]).encode())
        changed = {"endpoint": endpoint.url, "enabled": True}
        await store_engines(database, [EngineFile.model_validate({**file.model_dump(), **changed})])
        async with database.transaction() as tx:
            await tx.execute(
                "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
                " generated_question, source_questions) VALUES (:keyword, 1, '1-0-01', 0, '选购', '哪款好？', '[]')",
                keyword=BUILT.keyword,
            )
        await place(database, "one", ENGINE)
        await plan(await lease_for(database, "plan"), BUILT, ENGINE)
        event = await as_today(database, wanted(1).model_copy(update={"engine": ENGINE}))
        (stored,) = await enabled_engines(database, RUN_KINDS)
        breakers = Breakers(database)
        settings = CollectorSettings(
            postgres=PostgresSettings(url="postgresql://nowhere/x"), rabbitmq=RabbitSettings(url="amqp://nowhere/")
        )
        engine = open_engine(stored.file(), settings.browser, breakers)
        async with engine:
            handlers = AskHandlers(database, engine, 0.5, breakers, asyncio.Event())
            lease = await lease_for(database, "ask", "ask", question_of(event).item)
            (following,) = await handlers.on_question_queued(event, lease)
            assert isinstance(following, CollectionAnswered)
            assert await handlers.cached(event), "an answered question is not asked again"
    assert len(endpoint.asked) == 1
    assert f"bearer {KEY}" in endpoint.heads[0].lower()
    assert KEY not in str(stored.profile), "the database has the name of the variable"
    row = await database.row(
        "SELECT a.status, answer_text, a.surface, search_ran, citations_known, requested_model, served_model,"
        " prompt_tokens, completion_tokens, cost, c.status AS ended FROM ai_answer a"
        " JOIN collection c ON c.id = a.collection_id"
    )
    assert row is not None
    assert dict(row) == {
        "status": "ok",
        "answer_text": TEXT,
        "surface": "api",
        "search_ran": True,
        "citations_known": True,
        "requested_model": "gpt-6-astra",
        "served_model": said.served,
        "prompt_tokens": 120,
        "completion_tokens": 80,
        "cost": None,
        "ended": "collected",
    }
    links = await database.rows("SELECT link_url, cited FROM ai_link ORDER BY position")
    assert [(link["link_url"], link["cited"]) for link in links] == [(link.url, link.cited) for link in said.links]
    asked = await answers.look_up(database, question_of(event))
    assert asked is not None
    assert asked.is_answered
