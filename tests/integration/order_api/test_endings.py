"""How orders end: by their last engine, by a failed stage, by cancellation; once, in whatever order these come."""

import asyncio
import datetime as dt
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from answerlens_common.db import Database
from answerlens_common.events import StageFailed
from answerlens_common.failures import SENTENCES, Failure
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.analysed import analysed
from tests.integration.order_api.conftest import Clients

CAPTCHA = "CaptchaError: a captcha"
TOO_FEW = SENTENCES[Failure.TOO_FEW_ANSWERS].chinese


def failed(order: dict[str, Any], engine: str | None = None, stage: str = "ask") -> StageFailed:
    date = dt.date.fromisoformat(order["first_date"])
    return StageFailed(stage=stage, keyword=order["keyword"], date=date, engine=engine, error=CAPTCHA)


async def read(clients: Clients, order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await clients.acme.get(f"/api/orders/{order['id']}")).json()
    return found


async def messages(clients: Clients) -> list[str]:
    page = (await clients.acme.get("/api/notifications")).json()
    return [item["message"] for item in page["items"]]


async def test_a_notice_is_told_in_the_readers_language(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    await handlers.on_stage_failed(failed(order, "chat-b"), "1")
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "2")
    about = f"索尼 × 蓝牙耳机 {order['first_date']}"
    (chinese,) = await messages(clients)
    assert chinese.startswith(f"{about} 测量完成（部分引擎失败：chat-b：")
    page = (await clients.acme.get("/api/notifications", headers={"Accept-Language": "en-GB,en;q=0.9"})).json()
    (english,) = page["items"]
    assert english["message"].startswith(f"{about}: measured (some engines failed: chat-b: ")
    assert english["severity"] == "info"


async def test_nobody_fails_for_the_sentiment(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_stage_failed(failed(order, "chat-a", stage="sentiment"), "1")
    assert (await read(clients, order))["status"] == "queued"


async def test_an_order_completes_with_its_last_engine(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "1")
    half = await read(clients, order)
    assert (half["status"], half["progress"], half["completed_at"]) == ("queued", 50, None)
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-b"), "2")
    done = await read(clients, order)
    assert (done["status"], done["progress"], done["stage"], done["last_error"]) == ("completed", 100, None, None)
    assert done["completed_at"] is not None
    assert done["live"]
    assert await messages(clients) == [f"索尼 × 蓝牙耳机 {order['first_date']} 测量完成"]

    for _ in range(2):  # a redelivery changes nothing
        await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-b"), "2")
    assert await read(clients, order) == done
    assert len(await messages(clients)) == 1


async def test_the_last_engines_may_end_at_once(clients: Clients, handlers: Handlers) -> None:
    orders = [await clients.place() for _ in range(5)]
    ends = [
        handlers.on_order_analysed(await analysed(handlers.db, order, engine), "x")
        for order in orders
        for engine in ("chat-a", "chat-b", "chat-a", "chat-b")
    ]
    await asyncio.gather(*ends)
    assert [(await read(clients, order))["status"] for order in orders] == ["completed"] * 5
    assert len(await messages(clients)) == 5


async def test_an_order_fails_only_if_every_engine_has(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    await handlers.on_stage_failed(failed(order, "chat-a"), "1")
    assert (await read(clients, order))["status"] == "queued"
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-b"), "2")
    done = await read(clients, order)
    assert (done["status"], done["last_error"]) == ("completed", f"chat-a：{TOO_FEW}")
    assert await messages(clients) == [
        f"索尼 × 蓝牙耳机 {order['first_date']} 测量完成（部分引擎失败：chat-a：{TOO_FEW}）"
    ]


async def test_a_stage_without_an_engine_fails_every_order_that_waits_for_it(
    clients: Clients, handlers: Handlers
) -> None:
    first, second = await clients.place(), await clients.place(engines=["chat-b"])
    other = await clients.place(keyword="手机")
    await handlers.on_stage_failed(failed(first, stage="search"), "1")
    for order in (first, second):
        ended = await read(clients, order)
        assert ended["status"] == "failed"
        assert SENTENCES[Failure.SOURCE_UNAVAILABLE].chinese in ended["last_error"]
        assert ended["measurements"][0]["last_error"] == ended["last_error"]
    assert (await read(clients, other))["status"] == "queued"
    assert len(await messages(clients)) == 2
    before = await read(clients, first)
    await handlers.on_stage_failed(failed(first, stage="search"), "1")
    assert await read(clients, first) == before
    assert len(await messages(clients)) == 2


async def test_what_has_ended_stays_as_it_ended(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_stage_failed(failed(order), "1")
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "2")
    assert (await read(clients, order))["status"] == "failed"

    other = await clients.place(engines=["chat-a"])
    await handlers.on_order_analysed(await analysed(handlers.db, other, "chat-a"), "3")
    await handlers.on_stage_failed(failed(other), "4")
    assert ((await read(clients, other))["status"], (await read(clients, other))["last_error"]) == ("completed", None)


async def test_an_engine_of_no_order_is_no_error(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_order_analysed(
        await analysed(handlers.db, {"id": str(UUID(int=0)), "first_date": "2026-01-02"}, "chat-a"), "1"
    )
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-b"), "2")
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a", "2001-01-01"), "3")
    assert (await read(clients, order))["status"] == "queued"


async def test_a_cancelled_order_stays_cancelled(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "1")
    response = await clients.acme.post(f"/api/orders/{order['id']}/cancel")
    cancelled = response.json()
    assert response.status_code == 200
    assert (cancelled["status"], cancelled["live"]) == ("cancelled", False)
    assert [day["status"] for day in cancelled["measurements"]] == ["cancelled"]
    rows = await db.rows("SELECT engine, status FROM measurement_engine ORDER BY engine")
    assert [(row["engine"], row["status"]) for row in rows] == [("chat-a", "analysed"), ("chat-b", "cancelled")]

    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-b"), "2")
    await handlers.on_stage_failed(failed(order), "3")
    assert (await clients.acme.post(f"/api/orders/{order['id']}/cancel")).json() == cancelled
    assert await messages(clients) == []


async def test_cancelling_what_has_ended_ends_its_tracking_only(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "1")
    done = await read(clients, order)
    assert done["live"]
    cancelled = (await clients.acme.post(f"/api/orders/{order['id']}/cancel")).json()
    assert cancelled == done | {"live": False}


@pytest.mark.parametrize("sequence", list(permutations(range(3))))
async def test_a_cancellation_that_races_the_end_leaves_one_outcome(
    db: Database, clients: Clients, handlers: Handlers, sequence: tuple[int, ...]
) -> None:
    order = await clients.place()
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "0")
    ends = [
        clients.acme.post(f"/api/orders/{order['id']}/cancel"),
        handlers.on_order_analysed(await analysed(handlers.db, order, "chat-b"), "1"),
        handlers.on_stage_failed(failed(order, "chat-b"), "2"),
    ]
    await asyncio.gather(*(ends[n] for n in sequence))
    ended = await read(clients, order)
    assert ended["status"] in {"completed", "cancelled"}
    assert [day["status"] for day in ended["measurements"]] == [ended["status"]]
    assert not ended["live"]
    assert await db.value("SELECT count(*) FROM measurement_engine WHERE status = 'pending'") == 0
    assert len(await messages(clients)) == (ended["status"] == "completed")


async def next_day(db: Database, order: dict[str, Any], days: int = 1) -> str:
    date = dt.date.fromisoformat(order["first_date"]) + dt.timedelta(days=days)
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:id, :date, :keyword)",
            id=UUID(order["id"]),
            date=date,
            keyword=order["keyword"],
        )
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine)"
            " SELECT :id, :date, unnest(CAST(:engines AS text[]))",
            id=UUID(order["id"]),
            date=date,
            engines=order["engines"],
        )
    return date.isoformat()


async def test_later_days_have_ends_of_their_own(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"], track_days=2)
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "1")
    second = await next_day(db, order)
    await handlers.on_stage_failed(failed(order | {"first_date": second}), "2")
    found = await read(clients, order)
    assert (found["status"], found["live"], found["last_error"]) == ("completed", True, None)
    assert [(day["date"], day["status"]) for day in found["measurements"]] == [
        (order["first_date"], "completed"),
        (second, "failed"),
    ]
    assert (await messages(clients))[0] == f"索尼 × 蓝牙耳机 {second} 测量失败：chat-a：{TOO_FEW}"

    third = await next_day(db, order, days=2)
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a", third), "3")
    assert not (await read(clients, order))["live"]
    # a good day is no news
    assert len(await messages(clients)) == 2


async def test_an_order_for_once_is_not_live_any_more(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"], track_days=0)
    assert order["live"]
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "1")
    assert not (await read(clients, order))["live"]


async def test_cancelling_stops_every_open_day(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"), "1")
    await next_day(db, order)
    cancelled = (await clients.acme.post(f"/api/orders/{order['id']}/cancel")).json()
    assert cancelled["status"] == "completed"
    assert [day["status"] for day in cancelled["measurements"]] == ["completed", "cancelled"]
