"""Dead letters through the API: who may, what is shown, and what a replay means for those who had waited."""

import base64
import datetime as dt
from uuid import UUID

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_common.events import (
    CollectionAnswered,
    KeywordRequested,
)
from answerlens_common.settings import RabbitSettings
from answerlens_order_api.app import build
from answerlens_order_api.handlers import Handlers
from answerlens_order_api.settings import OrderApiSettings
from tests.integration.order_api.analysed import analysed
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.dead import (
    ANALYSED,
    SCORE,
    SEARCH,
    Broker,
    before,
    engines,
    event,
    failed,
    read,
    replay,
)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", f"/{SEARCH.name}"), ("POST", f"/{SEARCH.name}/replay"), ("DELETE", f"/{SEARCH.name}")],
)
async def test_only_an_admin_may(clients: Clients, broker: Broker, method: str, path: str) -> None:
    await broker.dead_letter(SEARCH.name, b"{}", "m-1")
    response = await clients.acme.request(method, f"/api/dead-letters{path}")
    assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
    assert (await clients.nobody.request(method, f"/api/dead-letters{path}")).status_code == 401
    assert len(await broker.taken(SEARCH.dead)) == 1


@pytest.mark.parametrize(
    "name", ["amq.default", "searcher", SEARCH.dead, "collector.question-queued.chat-x.bulk", "%00"]
)
async def test_a_queue_that_is_not_ours_is_not_found(clients: Clients, broker: Broker, name: str) -> None:
    assert broker
    for method, path in (("GET", ""), ("POST", "/replay"), ("DELETE", "")):
        response = await clients.admin.request(method, f"/api/dead-letters/{name}{path}")
        assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


async def test_letters_are_counted_and_shown(clients: Clients, broker: Broker) -> None:
    for number, body in enumerate([b'{"keyword": "\xe8\x80\xb3"}', b"\xff\xfe", b"{}"]):
        await broker.dead_letter(SEARCH.name, body, f"m-{number}", "malformed")
    queues = {one["queue"]: one for one in (await clients.admin.get("/api/dead-letters")).json()}
    assert queues[SEARCH.name]["count"] == 3
    assert queues[SEARCH.name]["oldest"] is not None
    assert sum(one["count"] for one in queues.values()) == 3
    assert "collector.question-queued.chat-old.bulk" in queues  # disabled, and never declared

    page = (await clients.admin.get(f"/api/dead-letters/{SEARCH.name}", params={"limit": 2})).json()
    first, second = page["items"]
    assert (first["id"], first["reason"], first["error"], first["attempts"]) == ("m-0", "malformed", "it broke", 3)
    assert (first["encoding"], first["body"]) == ("utf-8", '{"keyword": "耳"}')
    assert (second["encoding"], base64.b64decode(second["body"])) == ("base64", b"\xff\xfe")
    page = (await clients.admin.get(f"/api/dead-letters/{SEARCH.name}", params={"cursor": page["next"]})).json()
    assert ([one["id"] for one in page["items"]], page["next"]) == (["m-2"], None)
    assert (await clients.admin.get(f"/api/dead-letters/{SEARCH.name}?cursor=x")).status_code == 422


async def test_all_some_or_one_are_dropped(clients: Clients, broker: Broker) -> None:
    for number in range(6):
        body = f'{{"keyword": "k{number % 2}"}}'.encode()
        await broker.dead_letter(SEARCH.name, body, f"m-{number}", "error" if number < 3 else "failed")
    path = f"/api/dead-letters/{SEARCH.name}"
    one = (await clients.admin.delete(path, params={"id": "m-5"})).json()
    assert one == {"dropped": 1, "left": 5, "more": False}
    some = (await clients.admin.delete(path, params={"keyword": "k0", "reason": "error"})).json()
    assert some == {"dropped": 2, "left": 3, "more": False}
    assert (await clients.admin.delete(path, params={"kind": "all"})).status_code == 422
    assert (await clients.admin.delete(path)).json() == {"dropped": 3, "left": 0, "more": False}
    assert (await clients.admin.delete(path)).json() == {"dropped": 0, "left": 0, "more": False}
    assert await broker.taken(SEARCH.name) == []


async def test_a_replay_reopens_whom_the_stage_had_failed(
    db: Database, clients: Clients, handlers: Handlers, broker: Broker
) -> None:
    order, once = await clients.place(), await clients.place(track_days=0)
    later = await clients.place(keyword="手机")
    for one in (order, later):
        await handlers.on_stage_failed(failed(one, "search"), "1")
    assert [(await read(clients, one))["status"] for one in (order, once, later)] == ["failed"] * 3
    body = event(order, KeywordRequested).model_dump_json().encode()
    await broker.dead_letter(SEARCH.name, body, "m-1")
    await broker.dead_letter(SEARCH.name, event(later, KeywordRequested).model_dump_json().encode(), "m-2")

    answer = await replay(clients, SEARCH.name, keyword="蓝牙耳机")
    assert answer == {"replayed": 1, "unwanted": 0, "left": 1, "more": False}
    assert await broker.taken(SEARCH.name) == [("m-1", body)]
    for one in (order, once):
        found = await read(clients, one)
        assert (found["status"], found["last_error"], found["completed_at"]) == ("running", None, None)
        assert [(day["status"], day["last_error"]) for day in found["measurements"]] == [("running", None)]
    assert (await read(clients, later))["status"] == "failed"

    # the failure of before, told once more, is not theirs
    before = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    await handlers.on_stage_failed(failed(order, "search").model_copy(update={"failed_at": before}), "1")
    assert (await read(clients, order))["status"] == "running"

    # a second time, as after a kill half-way: nothing more happens
    await broker.dead_letter(SEARCH.name, body, "m-1")
    assert (await replay(clients, SEARCH.name, id="m-1"))["replayed"] == 1
    for one in (order, once):
        for engine in ("chat-a", "chat-b"):
            await handlers.on_order_analysed(await analysed(handlers.db, one, engine), "2")
        assert (await read(clients, one))["status"] == "completed"
    assert await db.value("SELECT count(*) FROM measurement WHERE status = 'completed'") == 2


async def test_only_the_engine_of_the_message_is_reopened_and_only_for_its_stage(
    db: Database, clients: Clients, handlers: Handlers, broker: Broker
) -> None:
    order = await clients.place()
    await handlers.on_stage_failed(failed(order, "score", "chat-a"), "1")
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-b"), "2")
    assert (await read(clients, order))["status"] == "completed"
    other_stage = event(order, KeywordRequested).model_dump_json().encode()
    await broker.dead_letter(SEARCH.name, other_stage, "m-1")
    answer = await replay(clients, SEARCH.name)
    assert answer == {"replayed": 0, "unwanted": 1, "left": 1, "more": False}  # nobody waits for a search any more

    for engine in ("chat-a", "chat-b"):
        body = before(event(order, CollectionAnswered, engine=engine))
        await broker.dead_letter(SCORE.name, body, engine)
    assert await replay(clients, SCORE.name) == {"replayed": 1, "unwanted": 1, "left": 1, "more": False}
    assert [message_id for message_id, _ in await broker.taken(SCORE.name)] == ["chat-a"]
    assert await engines(db) == {"chat-a": "pending", "chat-b": "analysed"}
    assert (await read(clients, order))["status"] == "running"
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "3")
    done = await read(clients, order)
    assert (done["status"], done["last_error"]) == ("completed", None)


async def test_a_later_day_is_reopened_without_its_order(
    db: Database, clients: Clients, handlers: Handlers, broker: Broker
) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "1")
    second = dt.date.fromisoformat(order["first_date"]) + dt.timedelta(days=1)
    values = {"id": UUID(order["id"]), "date": second}
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:id, :date, :keyword)",
            **values,
            keyword=order["keyword"],
        )
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:id, :date, 'chat-a')", **values
        )
    tomorrow = order | {"first_date": second.isoformat()}
    await handlers.on_stage_failed(failed(tomorrow, "score", "chat-a"), "2")
    body = before(event(tomorrow, CollectionAnswered, engine="chat-a"))
    await broker.dead_letter(SCORE.name, body, "m-1")
    assert (await replay(clients, SCORE.name))["replayed"] == 1
    found = await read(clients, order)
    assert (found["status"], found["completed_at"] is not None) == ("completed", True)
    assert [day["status"] for day in found["measurements"]] == ["completed", "running"]


@pytest.mark.fault("F48")
@pytest.mark.parametrize("ended_first", [False, True])
async def test_what_was_cancelled_stays_cancelled_and_its_message_asks_nobody(
    db: Database, clients: Clients, handlers: Handlers, broker: Broker, *, ended_first: bool
) -> None:
    order = await clients.place()
    if ended_first:
        await handlers.on_stage_failed(failed(order, "search"), "1")
    cancelled = (await clients.acme.post(f"/api/orders/{order['id']}/cancel")).json()
    await broker.dead_letter(SEARCH.name, event(order, KeywordRequested).model_dump_json().encode(), "m-1")
    assert await replay(clients, SEARCH.name) == {"replayed": 0, "unwanted": 1, "left": 1, "more": False}
    assert await broker.taken(SEARCH.name) == []
    assert await read(clients, order) == cancelled
    assert "pending" not in (await engines(db)).values()

    # somebody else's order on the keyword waits: the message goes, the cancelled order stays as it is
    other = await clients.place()
    assert (await replay(clients, SEARCH.name))["replayed"] == 1
    assert (await read(clients, order))["status"] == cancelled["status"]
    assert [day["status"] for day in (await read(clients, order))["measurements"]] == [
        day["status"] for day in cancelled["measurements"]
    ]
    assert (await read(clients, other))["status"] == "queued"


async def test_messages_that_are_about_no_keyword_just_go(clients: Clients, broker: Broker) -> None:
    for message_id, body in (("m-1", b"\xff{"), ("m-2", b'{"version": 9}')):
        await broker.dead_letter(ANALYSED.name, body, message_id, "malformed")
        await broker.dead_letter(SEARCH.name, body, message_id, "malformed")
    for queue in (ANALYSED.name, SEARCH.name):
        response = await clients.admin.post(f"/api/dead-letters/{queue}/replay")  # no body: all
        assert response.json() == {"replayed": 2, "unwanted": 0, "left": 0, "more": False}
        assert dict(await broker.taken(queue)) == {"m-1": b"\xff{", "m-2": b'{"version": 9}'}


async def test_without_a_broker_it_is_503(settings: OrderApiSettings, keys: dict[str, str]) -> None:
    nowhere = RabbitSettings(url="amqp://localhost:1/", publish_timeout=2)
    service, app = build(settings.model_copy(update={"rabbitmq": nowhere}))
    headers = {"Authorization": f"Bearer {keys['admin']}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with service.db, httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as admin:
        for method, path in (("GET", ""), ("GET", f"/{SEARCH.name}"), ("POST", f"/{SEARCH.name}/replay")):
            response = await admin.request(method, f"/api/dead-letters{path}")
            assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
            assert "broker" in response.json()["detail"]
