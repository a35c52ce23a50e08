"""Names that are ordinary words: said when the order is placed, with what they find in answers that are there."""

import datetime as dt
from typing import Any

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import ENGINES, QUESTIONS, first_date, path, run
from tests.support.answered import Given, store_bank, store_day

WORD = {"name": "统一"}
ANSWERS = {
    "q1": Given("这款耳机各处的做工统一，佩戴也舒服。"),
    "q2": Given("统一的耳机音质不错，Bose也行。"),
    "q3": Given("把家里的插座统一起来。"),
    "q4": Given("没有合适的。"),
}


def warned(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(warning["field"], warning["name"]) for warning in answer["warnings"]]


@pytest.mark.case("o12")
@pytest.mark.parametrize("name", ["统一", "完美", "老板", "苹果", "蘋果", "理想", "光明", "现代", "大众", "长城"])
async def test_a_name_that_is_an_ordinary_word_is_warned_of(clients: Clients, name: str) -> None:
    placed = await clients.place(brand={"name": name}, competitors=[{"name": "Bose"}])
    assert [each["field"] for each in placed.get("warnings", [])] == ["brand.name"]
    (warning,) = placed["warnings"]
    assert name in warning["message"]
    assert warning["context"] == ["蓝牙耳机", "耳机", "Bose"]


async def test_a_name_of_its_own_is_not(clients: Clients) -> None:
    names = ["索尼", "华为", "百度", "美的", "京东", "格力", "科沃斯", "Bose", "iPhone"]
    rivals = [{"name": name} for name in names[1:]]
    placed = await clients.place(brand={"name": names[0], "aliases": ["Sony"]}, competitors=rivals)
    assert placed["warnings"] == []


async def test_context_words_are_the_way_out_for_aliases_and_competitors_too(clients: Clients) -> None:
    rivals = [{"name": "康师傅", "aliases": ["完美"]}, {"name": "老板", "context": ["电器"]}]
    placed = await clients.place(brand={**WORD, "context": ["方便面"]}, competitors=rivals)
    assert warned(placed) == [("competitors[0].aliases[0]", "完美")]


@pytest.mark.case(
    "o12", not_before="there was no such endpoint; that nothing was said is shown by the order's own test"
)
async def test_the_warning_is_tried_on_the_answers_that_the_client_may_read(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    placed = await clients.place(brand=WORD)
    assert (await tried(clients.acme, placed))["preview"] is None
    await _measured(db, handlers, first_date(placed))
    preview = (await tried(clients.acme, placed))["preview"]
    assert (preview["answers"], preview["naming"], preview["with_context"]) == (8, 6, 4)
    assert preview["examples"] == ["把家里的插座统一起来。"] * 2
    # an order of another client on the same keyword opens none of them
    response = await clients.rival.post("/api/orders", json={"keyword": "蓝牙耳机", "brand": WORD})
    assert (await tried(clients.rival, response.json()))["preview"] is None


async def tried(client: httpx.AsyncClient, order: dict[str, Any]) -> dict[str, Any]:
    response = await client.get(path(order, "names"))
    assert response.status_code == 200, response.text
    warning: dict[str, Any]
    (warning,) = response.json()["warnings"]
    return warning


async def _measured(db: Database, handlers: Handlers, date: dt.date) -> None:
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, date, ANSWERS)
    await run(db, handlers, date)
