"""Names tried before an order is placed."""

from typing import Any

import pytest

from answerlens_orders.brands.form import MOST_CHARACTERS, MOST_TEXTS
from tests.integration.order_api.conftest import Clients

PATH = "/api/mentions/preview"
FORM: dict[str, Any] = {"text": "最美的风景里，Ｓｏｎｙ和美的都有。", "brand": {"name": "索尼", "aliases": ["Sony"]}}


async def test_names_are_found_with_their_offsets_and_what_matched(clients: Clients) -> None:
    response = await clients.acme.post(PATH, json=FORM | {"competitors": [{"name": "美的"}, {"name": "格力"}]})
    assert response.status_code == 200
    (found,) = response.json()["results"]
    assert found["mentions"] == {
        "索尼": [{"start": 7, "end": 11, "text": "Ｓｏｎｙ"}],
        "美的": [{"start": 12, "end": 14, "text": "美的"}],
        "格力": [],
    }


async def test_several_texts_conditions_and_variants(clients: Clients) -> None:
    brand = {"name": "苹果", "context": ["手机"], "exclude": ["苹果醋"], "variants": True}
    texts = ["吃苹果", "蘋果手機", "苹果醋和手机"]
    response = await clients.acme.post(PATH, json={"texts": texts, "brand": brand})
    found = [one["mentions"]["苹果"] for one in response.json()["results"]]
    assert found == [[], [{"start": 0, "end": 2, "text": "蘋果"}], []]


async def test_a_preview_is_checked_like_an_order(clients: Clients) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"text": "字" * (MOST_CHARACTERS + 1)}, "text"),
        ({"text": None, "texts": ["字"] * (MOST_TEXTS + 1)}, "texts"),
        ({"text": None, "texts": []}, "texts"),
        ({"texts": ["both"]}, "body"),
        ({"text": None}, "body"),
        ({"brand": {"name": "索尼", "aliases": ["x"] * 21}}, "brand.aliases"),
        ({"brand": {"name": " "}}, "brand.name"),
        ({"competitors": [{"name": "SONY"}]}, "competitors[0].name"),
        ({"keyword": "蓝牙耳机"}, "keyword"),
    ]
    for change, field in changes:
        response = await clients.acme.post(PATH, json=FORM | change)
        assert (response.status_code, [e["field"] for e in response.json()["errors"]]) == (422, [field]), change
    assert (await clients.acme.post(PATH, json=FORM | {"text": "字" * MOST_CHARACTERS})).status_code == 200
    assert (await clients.nobody.post(PATH, json=FORM)).status_code == 401


@pytest.mark.parametrize("text", ["", "\\u0000", "\\ud800"])
async def test_no_text_breaks_it(clients: Clients, text: str) -> None:
    body = f'{{"text": "{text}索尼", "brand": {{"name": "索尼"}}}}'
    response = await clients.acme.post(PATH, content=body.encode(), headers={"content-type": "application/json"})
    assert response.status_code == (422 if "d800" in text else 200)


async def test_an_order_keeps_its_wish_for_variants(clients: Clients) -> None:
    order = await clients.place(brand={"name": "华为", "variants": True})
    assert order["brand"]["variants"]
    assert not order["competitors"][0]["variants"]
    response = await clients.acme.post(
        "/api/orders",
        json={"keyword": "手机", "brand": {"name": "华为", "variants": True}, "competitors": [{"name": "華為"}]},
    )
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "competitors[0].name")
