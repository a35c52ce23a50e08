"""The same request is paid for once, whoever sends it and when; what is not valid is not kept."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel

from answerlens_common.db import Database
from answerlens_common.llm import InvalidOutputError, LanguageModel
from answerlens_common.llm.replies import Replies
from tests.support.chat_endpoint import ChatEndpoint, Response, saying

Replicas = tuple[Database, Database]
KEY = "k" * 64
HOLDER = """
import asyncio, sys
from answerlens_common.db import Database
from answerlens_common.llm.replies import Replies
from answerlens_common.settings import PostgresSettings

async def ask():
    print("asking", flush=True)
    await asyncio.sleep(600)

async def main():
    async with Database(PostgresSettings(url=sys.argv[1])) as db:
        await Replies(db, 1, lease_seconds=1.5).once(sys.argv[2], ask)

asyncio.run(main())
"""


class Reply(BaseModel):
    total: int


async def ask(llm: LanguageModel, text: str = "一", owner: UUID | None = None) -> int:
    return (await llm.ask("count", "数一数。", {"text": text}, Reply, owner=owner)).total


async def test_what_is_private_is_remembered_for_its_owner_alone(replicas: Replicas, endpoint: ChatEndpoint) -> None:
    endpoint.answer = lambda _: saying('{"total": 7}')
    mine, theirs = uuid4(), uuid4()
    async with LanguageModel(endpoint.settings(), replicas[0]) as llm:
        for owner, requests in ((None, 1), (mine, 2), (theirs, 3), (mine, 3), (None, 3)):
            await ask(llm, owner=owner)
            assert len(endpoint.asked) == requests


async def test_two_replicas_that_ask_at_the_same_time_pay_once(replicas: Replicas, endpoint: ChatEndpoint) -> None:
    endpoint.answer = lambda _: saying('{"total": 7}', delay=0.3)
    async with (
        LanguageModel(endpoint.settings(), replicas[0]) as one,
        LanguageModel(endpoint.settings(), replicas[1]) as other,
    ):
        assert list(await asyncio.gather(ask(one), ask(other), ask(one))) == [7, 7, 7]
        assert len(endpoint.asked) == 1
        assert await ask(other) == 7
        assert len(endpoint.asked) == 1
        assert await ask(other, "二") == 7
        assert len(endpoint.asked) == 2
    assert (REGISTRY.get_sample_value("answerlens_llm_cached_total", {"task": "count"}) or 0) >= 3


async def test_other_parameters_make_another_request(database: Database, endpoint: ChatEndpoint) -> None:
    endpoint.answer = lambda _: saying('{"total": 7}')
    for settings in ({}, {"temperature": 1.0}, {"model": "other"}, {"reply_format": "json_object"}):
        base = endpoint.settings().model_copy(update=settings)
        async with LanguageModel(base, database) as llm:
            await ask(llm)
    assert len(endpoint.asked) == 4


@pytest.mark.fault("F27")
async def test_what_is_not_valid_is_not_kept(database: Database, endpoint: ChatEndpoint) -> None:
    endpoint.answer = lambda _: saying('{"total": "viele')
    async with LanguageModel(endpoint.settings(), database) as llm:
        with pytest.raises(InvalidOutputError):
            await ask(llm)
        assert await database.value("SELECT count(*) FROM llm_reply") == 0
        endpoint.answer = lambda _: saying('{"total": 3}')
        assert await ask(llm) == 3


async def test_what_lacks_something_is_given_back_and_not_kept(database: Database, endpoint: ChatEndpoint) -> None:
    endpoint.answer = lambda _: saying('{"total": 3}')
    async with LanguageModel(endpoint.settings(), database) as llm:
        for _ in range(2):
            reply = await llm.ask("count", "", {}, Reply, is_complete=lambda reply: reply.total > 3)
            assert reply.total == 3
    assert len(endpoint.asked) == 2


async def test_an_error_lets_the_next_ask_at_once(database: Database, endpoint: ChatEndpoint) -> None:
    endpoint.answer = lambda _: Response(status=500)
    async with LanguageModel(endpoint.settings(), database) as llm:
        with pytest.raises(Exception, match="unavailable"):
            await ask(llm)
        endpoint.answer = lambda _: saying('{"total": 3}')
        assert await asyncio.wait_for(ask(llm), 10) == 3


async def test_who_waits_takes_over_from_a_holder_that_was_killed(
    database: Database, postgres_url: str, tmp_path: Path
) -> None:
    script = tmp_path / "holder.py"
    script.write_text(HOLDER, encoding="utf-8")
    holder = await asyncio.create_subprocess_exec(
        sys.executable, script, postgres_url, KEY, stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    assert holder.stdout is not None
    assert await asyncio.wait_for(holder.stdout.readline(), 60) == b"asking\n"
    asked = []

    async def ask() -> tuple[str, bool]:
        asked.append("here")
        return "reply", True

    waiting = asyncio.create_task(Replies(database, 1, lease_seconds=1.5).once(KEY, ask))
    await asyncio.sleep(2)
    assert not asked, "its holder lives and keeps its lease"
    holder.send_signal(signal.SIGKILL)
    await holder.wait()
    assert await asyncio.wait_for(waiting, 30) == "reply"
    assert asked == ["here"]


async def test_a_holder_that_was_taken_for_dead_keeps_its_reply_to_itself(database: Database) -> None:
    replies = Replies(database, 1)
    asking, go = asyncio.Event(), asyncio.Event()

    async def late() -> tuple[str, bool]:
        asking.set()
        await go.wait()
        return "late", True

    async def ask() -> tuple[str, bool]:
        return "first", True

    slow = asyncio.create_task(replies.once(KEY, late))
    await asking.wait()
    async with database.transaction() as tx:
        await tx.execute("UPDATE llm_reply SET lease_until = clock_timestamp() - interval '1 s'")
    assert await replies.once(KEY, ask) == "first"
    go.set()
    assert await slow == "late"
    assert await database.value("SELECT reply FROM llm_reply") == "first"


async def test_old_replies_are_asked_for_again(database: Database) -> None:
    async def ask() -> tuple[str, bool]:
        return "new", True

    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO llm_reply (key, reply, holder, lease_until, created_at) SELECT name, 'old',"
            " gen_random_uuid(), now() - interval '2 d', now() - interval '2 d' FROM unnest(ARRAY['a', 'b']) AS name"
        )
    assert await Replies(database, 3).once("a", ask) == "old"
    assert await Replies(database, 1).once("a", ask) == "new"
