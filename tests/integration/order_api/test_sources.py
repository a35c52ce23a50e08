"""Which sites the answers on a keyword rest on."""

import datetime as dt
from typing import Any

from answerlens_common.db import Database
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.measured import complete
from tests.support.collected import Kept, store_answers, store_collection

PATH = "/api/keywords/蓝牙耳机/sources"
DAY = dt.timedelta(days=1)


async def answered(db: Database, engine: str, date: dt.date, *links: tuple[str, bool], **changes: Any) -> None:
    """Store an answer with its links as the collector does."""
    answer = {"keyword": "蓝牙耳机", "surface": "browser", "status": "ok"} | changes
    async with db.transaction() as tx:
        collection_id = await tx.value(
            "SELECT id FROM collection WHERE keyword = :keyword AND engine = :engine AND date = :date",
            keyword=answer["keyword"],
            engine=engine,
            date=date,
        )
        if collection_id is None:
            collection_id = await store_collection(tx, answer["keyword"], date, engine, surface=answer["surface"])
        number = 1 + await tx.value("SELECT count(*) FROM ai_answer WHERE collection_id = :id", id=collection_id)
        kept = Kept(str(number), answer["status"], links=links)
        await store_answers(tx, collection_id, [kept], first=number)


async def test_sources_are_counted_for_the_callers_order(db: Database, clients: Clients) -> None:
    order = await clients.place(competitors=[{"name": "Bose", "domains": ["bose.com"]}])
    await complete(db, order)
    today = dt.date.fromisoformat(order["first_date"])
    await answered(db, "chat-a", today, ("https://www.zhihu.com/q/1?utm_source=a", True), ("https://bose.com/", False))
    await answered(db, "chat-b", today, ("https://zhuanlan.zhihu.com/p", True), ("https://store.sony.com.cn/", True))
    await answered(db, "chat-b", today)
    sources = (await clients.acme.get(PATH)).json()
    assert (sources["keyword"], sources["order_id"], sources["date"]) == ("蓝牙耳机", order["id"], order["first_date"])
    assert (sources["surface"], sources["engines"], sources["answers"]) == ("browser", ["chat-a", "chat-b"], 3)
    assert not sources["sandbox"]
    assert [(s["domain"], s["cited"], s["listed"], s["answers"]) for s in sources["sources"]] == [
        ("zhihu.com", 2, 2, 2),
        ("sony.com.cn", 1, 1, 1),
        ("bose.com", 0, 1, 1),
    ]
    assert [max(s["owners"], key=s["owners"].get) for s in sources["sources"]] == ["other", "own", "competitor"]
    first = (await clients.acme.get(PATH, params={"limit": 1})).json()
    assert (first["domains"], [s["domain"] for s in first["sources"]]) == (3, ["zhihu.com"])


async def test_only_ok_answers_of_the_orders_engines_and_days_count(db: Database, clients: Clients) -> None:
    order = await clients.place(engines=["chat-a"])
    await complete(db, order)
    today = dt.date.fromisoformat(order["first_date"])
    await answered(db, "chat-a", today, ("https://counted.com/", True))
    await answered(db, "chat-a", today, ("https://failed.com/", True), status="captcha")
    await answered(db, "chat-a", today, ("https://elsewhere.com/", True), keyword="手机")
    await answered(db, "chat-b", today, ("https://other-engine.com/", True))
    await answered(db, "chat-a", today - DAY, ("https://before-the-order.com/", True))
    await answered(db, "chat-a", today + DAY, ("https://not-measured.com/", True))
    sources = (await clients.acme.get(PATH)).json()
    assert [source["domain"] for source in sources["sources"]] == ["counted.com"]
    for date in (today - DAY, today + DAY):
        response = await clients.acme.get(PATH, params={"date": date.isoformat()})
        assert response.status_code == 404
        assert date.isoformat() in response.json()["detail"]


async def test_surfaces_are_never_counted_together(db: Database, clients: Clients) -> None:
    order = await clients.place()
    await complete(db, order)
    today = dt.date.fromisoformat(order["first_date"])
    await answered(db, "chat-a", today, ("https://page.com/", True))
    await answered(db, "chat-a", today)
    await answered(db, "chat-b", today, ("https://api.com/", True), surface="api")
    assert [s["domain"] for s in (await clients.acme.get(PATH)).json()["sources"]] == ["page.com"]
    other = (await clients.acme.get(PATH, params={"surface": "api"})).json()
    assert ([s["domain"] for s in other["sources"]], other["engines"]) == (["api.com"], ["chat-b"])
    assert (await clients.acme.get(PATH, params={"surface": "telephone"})).status_code == 422


async def test_only_who_has_an_order_on_the_keyword_sees_its_sources(db: Database, clients: Clients) -> None:
    order = await clients.place()
    await complete(db, order)
    today = dt.date.fromisoformat(order["first_date"])
    await answered(db, "chat-a", today, ("https://a.com/", True))
    assert (await clients.nobody.get(PATH)).status_code == 401
    assert (await clients.rival.get(PATH)).status_code == 404
    assert (await clients.rival.get(PATH, params={"order": order["id"]})).status_code == 404
    assert (await clients.admin.get(PATH)).json()["order_id"] == order["id"]
    assert (await clients.acme.get("/api/keywords/手机/sources", params={"order": order["id"]})).status_code == 404


async def test_one_of_several_orders_can_be_chosen(db: Database, clients: Clients) -> None:
    sony = await clients.place()
    bose = await clients.place(brand={"name": "Bose", "domains": ["bose.com"]}, competitors=[])
    for order in (sony, bose):
        await complete(db, order)
    today = dt.date.fromisoformat(sony["first_date"])
    await answered(db, "chat-a", today, ("https://bose.com/", True))
    for order, owner in ((sony, "other"), (bose, "own")):
        (source,) = (await clients.acme.get(PATH, params={"order": order["id"]})).json()["sources"]
        assert source["owners"][owner] == 1
    assert (await clients.acme.get(PATH)).json()["order_id"] == bose["id"]


async def test_a_keyword_may_hold_a_slash(db: Database, clients: Clients) -> None:
    order = await clients.place(keyword="A/B 测试")
    await complete(db, order)
    await answered(db, "chat-a", dt.date.fromisoformat(order["first_date"]), keyword="A/B 测试")
    for path in ("/api/keywords/A/B 测试/sources", "/api/keywords/A%2FB%20%E6%B5%8B%E8%AF%95/sources"):
        response = await clients.acme.get(path)
        assert (response.status_code, response.json()["answers"]) == (200, 1)
    assert (await clients.acme.get("/api/keywords/A/B 测试/sources", params={"date": "2001-01-01"})).status_code == 404
