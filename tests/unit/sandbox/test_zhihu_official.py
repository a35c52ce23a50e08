import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from answerlens_sandbox.outside import Outside

Order = Callable[..., Awaitable[None]]
PATH = "/zhihu-api/api/v1/content/zhihu_search"


async def _search(client: httpx.AsyncClient, query: str = "蓝牙耳机", count: int = 50) -> httpx.Response:
    headers = {"authorization": "Bearer secret", "x-request-timestamp": str(int(time.time()))}
    return await client.get(PATH, params={"Query": query, "Count": count}, headers=headers)


async def test_items_have_the_documented_fields(client: httpx.AsyncClient, state: Outside) -> None:
    body = (await _search(client)).json()
    assert (body["Code"], len(body["Data"]["Items"])) == (0, 50)
    keys = {"Title", "ContentType", "ContentID", "Url", "ContentText", "VoteUpCount", "CommentCount", "AuthorName"}
    for item in body["Data"]["Items"]:
        assert keys | {"AuthorityLevel", "RankingScore", "EditTime"} == set(item)
        assert "<em>" not in item["Title"]
        assert "&quot;" not in item["Title"]
    assert {item["ContentType"] for item in body["Data"]["Items"]} == {"Answer", "Question", "Article"}
    assert [(row["kind"], row["question"], row["official"]) for row in state.journal.rows] == [
        ("search", "蓝牙耳机", True)
    ]


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"authorization": "Bearer x"}, 400), ({"authorization": "Bearer x", "x-request-timestamp": "1"}, 400)],
)
async def test_key_and_time_are_checked(client: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    response = await client.get(PATH, params={"Query": "蓝牙耳机"}, headers=headers)
    assert response.status_code == status
    assert response.json()["Data"] is None


async def test_a_query_is_needed(client: httpx.AsyncClient) -> None:
    assert (await _search(client, "")).status_code == 400


async def test_faults(client: httpx.AsyncClient, order: Order) -> None:
    for fault, status in (("429", 429), ("500", 500), ("login", 401), ("captcha", 403)):
        await order("zhihu", fault)
        assert (await _search(client)).status_code == status
    await order("zhihu", "empty")
    assert (await _search(client)).json()["Data"]["Items"] == []
    await order("zhihu", "changed_page")
    assert "Data" not in (await _search(client)).json()
    await order("zhihu", "cut_stream")
    with pytest.raises(ValueError, match="Unterminated"):
        (await _search(client)).json()
