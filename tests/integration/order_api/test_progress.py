"""Progress as it is read from the rows of the stages, and as it is watched."""

import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_order_api.handlers import Handlers
from answerlens_order_api.settings import OrderApiSettings
from tests.integration.order_api.analysed import analysed
from tests.integration.order_api.conftest import Clients, Serve
from tests.support.collected import Kept, store_answers, store_collection

KEYWORD = "蓝牙耳机"
ENGINES = ("chat-a", "chat-b")


@dataclass
class Pipeline:
    """Leaves the rows that the stages leave."""

    db: Database
    date: dt.date

    async def run(self, *statements: str, **values: object) -> None:
        async with self.db.transaction() as tx:
            for statement in statements:
                await tx.execute(statement, keyword=KEYWORD, date=self.date, **values)
            await tx.notify(PROGRESS, KEYWORD)

    async def claim(self) -> None:
        await self.run(
            "INSERT INTO claim (stage, scope, keyword, date, lane, attempts)"
            " VALUES ('search', 'keyword:' || :keyword, :keyword, :date, 'express', 2)"
        )

    async def search(self) -> None:
        await self.run(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " VALUES (:keyword, :date, '哪个好？', 'q', '')"
        )

    async def open_bank(self) -> None:
        await self.run("INSERT INTO bank (keyword, version, built_date) VALUES (:keyword, 1, :date)")

    async def cluster(self, cluster: int) -> None:
        await self.run(
            "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
            " generated_question, source_questions)"
            " SELECT :keyword, 1, :cluster || '-' || n, CAST(:cluster AS int), '', '', '[]'"
            " FROM generate_series(1, 25) AS n WHERE CAST(:date AS date) IS NOT NULL",
            cluster=str(cluster),
        )

    async def close_bank(self) -> None:
        await self.run("UPDATE bank SET status = 'ready', clusters = 8, built_date = :date WHERE keyword = :keyword")

    async def plan(self, engine: str) -> None:
        async with self.db.transaction() as tx:
            await store_collection(tx, "蓝牙耳机", self.date, engine, total=200)

    async def answer(self, engine: str, first: int, last: int, status: str = "ok") -> None:
        async with self.db.transaction() as tx:
            collection_id = await tx.value(
                "SELECT id FROM collection WHERE engine = :engine AND date = :date", engine=engine, date=self.date
            )
            kept = [Kept(str(number), status) for number in range(first, last + 1)]
            await store_answers(tx, collection_id, kept, first=first)

    async def set_run(self, engine: str, status: str) -> None:
        await self.run(
            "UPDATE collection SET status = :status, completed_at = now()"
            " WHERE keyword = :keyword AND engine = :engine AND date = :date",
            engine=engine,
            status=status,
        )

    async def score(self, engine: str, first: int, last: int) -> None:
        await self.run(
            "INSERT INTO question_score (collection_id, number, replicate, retention, answer_date, keyword,"
            " question_id, engine, score, rubric_version)"
            " SELECT id, n, 1, retention, date, keyword, n::text, engine, 3, '1'"
            " FROM collection, generate_series(CAST(:first AS int), :last) AS n"
            " WHERE keyword = :keyword AND engine = :engine AND date = :date",
            engine=engine,
            first=first,
            last=last,
        )


def pipeline_of(db: Database, order: dict[str, Any]) -> Pipeline:
    return Pipeline(db, dt.date.fromisoformat(order["first_date"]))


async def test_progress_is_what_the_stages_have_left(db: Database, clients: Clients) -> None:
    order = await clients.place()
    pipeline = pipeline_of(db, order)
    seen = []

    async def look(status: str, stage: str, done: int, total: int) -> None:
        found = (await clients.acme.get(f"/api/orders/{order['id']}")).json()
        assert (found["status"], found["stage"], found["done"], found["total"]) == (status, stage, done, total)
        listed = (await clients.acme.get("/api/orders")).json()["items"][0]
        assert (listed["progress"], listed["measurements"][0]["progress"]) == (found["progress"],) * 2
        assert found["measurements"][0]["status"] == status
        seen.append(found["progress"])

    await look("queued", "search", 0, 1)
    await pipeline.claim()
    await look("running", "search", 0, 1)
    await pipeline.search()
    await look("running", "bank", 0, 200)
    await pipeline.open_bank()
    await pipeline.cluster(1)
    await look("running", "bank", 25, 200)
    for cluster in range(2, 9):
        await pipeline.cluster(cluster)
    await look("running", "bank", 200, 200)
    await pipeline.close_bank()
    await look("running", "collect", 0, 400)
    await pipeline.plan("chat-a")
    await pipeline.answer("chat-a", 1, 100)
    await look("running", "collect", 100, 400)
    await pipeline.plan("chat-b")
    await pipeline.answer("chat-a", 101, 180)
    await pipeline.answer("chat-a", 181, 200, "captcha")
    await pipeline.set_run("chat-a", "collected")
    await look("running", "collect", 200, 400)
    await pipeline.answer("chat-b", 1, 200)
    await pipeline.set_run("chat-b", "collected")
    await look("running", "score", 0, 380)
    await pipeline.score("chat-a", 1, 180)
    await pipeline.set_run("chat-a", "scored")
    await look("running", "score", 180, 380)
    await pipeline.score("chat-b", 1, 200)
    await pipeline.set_run("chat-b", "scored")
    await look("running", "analyse", 0, 2)
    assert seen == sorted(seen)
    assert seen[-1] == 97


async def test_what_was_cancelled_has_no_progress_whatever_its_keyword_gathers(db: Database, clients: Clients) -> None:
    order = await clients.place()
    pipeline = pipeline_of(db, order)
    await pipeline.claim()
    await pipeline.search()
    await clients.acme.post(f"/api/orders/{order['id']}/cancel")
    before = (await clients.acme.get(f"/api/orders/{order['id']}")).json()
    assert {name: before[name] for name in ("status", "stage", "done", "total", "progress", "eta_seconds")} == {
        "status": "cancelled",
        "stage": None,
        "done": 0,
        "total": 0,
        "progress": None,
        "eta_seconds": None,
    }
    assert before["measurements"][0]["progress"] is None
    await pipeline.open_bank()
    await pipeline.cluster(1)
    assert (await clients.acme.get(f"/api/orders/{order['id']}")).json() == before
    assert (await clients.acme.get("/api/orders")).json()["items"] == [before]


async def test_a_list_of_orders_costs_no_more_statements_than_one(db: Database, clients: Clients) -> None:
    for n in range(10):
        await clients.place(keyword=f"词{n}")
    found = (await clients.acme.get("/api/orders", params={"limit": 10})).json()["items"]
    assert [order["stage"] for order in found] == ["search"] * 10
    assert (await clients.acme.get("/api/orders")).json()["items"][0]["retry_count"] == 0
    await pipeline_of(db, await clients.place()).claim()
    assert (await clients.acme.get("/api/orders")).json()["items"][0]["retry_count"] == 1


async def events(client: httpx.AsyncClient, order_id: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """The stream's events, to its end."""
    async with client.stream("GET", f"/api/orders/{order_id}/events", timeout=20) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        name = ""
        async for line in response.aiter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                yield name, json.loads(value)


async def test_a_watcher_sees_each_change_and_the_end(
    db: Database, serve: Serve, handlers: Handlers, settings: OrderApiSettings
) -> None:
    async with serve(settings) as (_, clients):
        order = await clients.place(engines=["chat-a"])
        pipeline = pipeline_of(db, order)
        stream = events(clients.acme, order["id"])
        name, first = await anext(stream)
        assert (name, first["status"], first["stage"], first["progress"]) == ("progress", "queued", "search", 0)
        assert (first["id"], first["date"]) == (order["id"], order["first_date"])
        await pipeline.claim()
        assert (await anext(stream))[1]["status"] == "running"
        await pipeline.search()
        assert (await anext(stream))[1]["stage"] == "bank"
        await handlers.on_order_analysed(await analysed(db, order, "chat-a"), "1")
        rest = [event async for event in stream]
        assert [name for name, _ in rest] == ["progress", "completed"]
        assert rest[-1][1]["progress"] == 100
        # who comes after the end is told at once
        assert [name async for name, _ in events(clients.acme, order["id"])] == ["progress", "completed"]


async def test_a_watcher_hears_of_a_cancellation(serve: Serve, settings: OrderApiSettings) -> None:
    async with serve(settings) as (_, clients):
        order = await clients.place()
        stream = events(clients.acme, order["id"])
        await anext(stream)
        await clients.acme.post(f"/api/orders/{order['id']}/cancel")
        assert [name async for name, _ in stream] == ["progress", "cancelled"]


async def test_many_watchers_are_told_by_one_listener_and_a_burst_is_told_once(
    db: Database, serve: Serve, settings: OrderApiSettings
) -> None:
    async with serve(settings) as (_, clients):
        order = await clients.place(engines=["chat-a"])
        pipeline = pipeline_of(db, order)
        await pipeline.search()
        await pipeline.open_bank()
        await pipeline.close_bank()
        await pipeline.plan("chat-a")
        streams = [events(client, order["id"]) for client in (clients.acme, clients.acme, clients.admin)]
        for stream in streams:
            await anext(stream)
        listening = await db.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%progress%'"
        )
        assert listening == 1
        for n in range(1, 101):
            await pipeline.answer("chat-a", n, n)
        for stream in streams:
            told: list[dict[str, Any]] = []
            while not told or told[-1]["done"] < 100:
                told.append((await anext(stream))[1])
            assert len(told) < 50
            assert [event["done"] for event in told] == sorted({event["done"] for event in told})
            assert [event["progress"] for event in told] == sorted(event["progress"] for event in told)


async def test_a_change_that_nobody_announced_is_found_all_the_same(
    db: Database, serve: Serve, settings: OrderApiSettings
) -> None:
    async with serve(settings) as (_, clients):
        order = await clients.place()
        stream = events(clients.acme, order["id"])
        await anext(stream)
        async with db.transaction() as tx:
            await tx.execute("UPDATE orders SET status = 'failed'")
        assert [name async for name, _ in stream] == ["progress", "failed"]


async def test_streams_end_when_the_process_is_told_to_stop(serve: Serve, settings: OrderApiSettings) -> None:
    async with serve(settings) as (app, clients):
        order = await clients.place()
        stream = events(clients.acme, order["id"])
        await anext(stream)
        app.state.context.watchers.close()
        assert [event async for event in stream] == []
