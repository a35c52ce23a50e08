from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from answerlens_sandbox.outside import Outside
from answerlens_sandbox.sign import digest

Order = Callable[..., Awaitable[None]]
KEYWORD = "蓝牙耳机"
PAGE = f"/zhihu/search?type=content&q={quote(KEYWORD)}"


async def _log_in(client: httpx.AsyncClient) -> None:
    for cookie in (await client.get("/zhihu/storage-state")).json()["cookies"]:
        client.cookies.set(cookie["name"], cookie["value"])


async def _search(client: httpx.AsyncClient, offset: int = 0, keyword: str = KEYWORD) -> httpx.Response:
    """Ask the interface as the page's script does."""
    address = f"/zhihu/api/v4/search_v3?t=general&q={quote(keyword)}&offset={offset}&limit=20"
    signature = digest(f"101_3_3.0+{address}+{client.cookies.get('d_c0') or ''}")
    return await client.get(address, headers={"x-zse-93": "101_3_3.0", "x-zse-96": f"2.0_{signature}"})


async def test_the_login_wall_is_total(client: httpx.AsyncClient) -> None:
    page = await client.get(PAGE)
    assert page.status_code == 403
    assert "知乎，让每一次点击都充满意义" in page.text
    answer = await _search(client)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == 40353
    assert answer.json()["error"]["need_login"] is True


async def test_with_the_operators_state_the_page_opens(client: httpx.AsyncClient) -> None:
    cookie = (await client.get("/zhihu/storage-state")).json()["cookies"][0]
    assert cookie["name"] == "z_c0"
    assert cookie["domain"] == "sandbox.test"
    await _log_in(client)
    page = await client.get(PAGE)
    assert page.status_code == 200
    assert f"<title>{KEYWORD} - 搜索结果 - 知乎</title>" in page.text
    assert "SearchResult-Card" not in page.text


async def test_a_wrong_signature_is_refused(client: httpx.AsyncClient) -> None:
    await _log_in(client)
    response = await client.get("/zhihu/api/v4/search_v3?t=general&q=x", headers={"x-zse-93": "101_3_3.0"})
    assert response.status_code == 403
    assert response.json()["error"]["code"] == 10003


async def test_pages_follow_each_other_to_the_end(client: httpx.AsyncClient, state: Outside) -> None:
    await _log_in(client)
    await client.get(PAGE)
    seen: list[dict[str, Any]] = []
    for offset in range(0, 400, 20):
        body = (await _search(client, offset)).json()
        seen += body["data"]
        if body["paging"]["is_end"]:
            break
        assert f"offset={offset + 20}" in body["paging"]["next"]
    assert len(seen) == body["paging"]["totals"]
    assert body["search_action_info"]["search_hash_id"]
    assert (await _search(client, 1000)).json()["data"] == []
    kinds = [row["kind"] for row in state.journal.rows]
    assert kinds.count("search") == 1
    assert kinds.count("search_page") == len(kinds) - 1


async def test_a_search_makes_the_keyword_known(client: httpx.AsyncClient, state: Outside) -> None:
    await client.get(f"/zhihu/search?type=content&q={quote('宠物饮水机')}")
    assert state.world.keywords == []
    await _log_in(client)
    await client.get(f"/zhihu/search?type=content&q={quote('宠物饮水机')}")
    assert state.world.keywords == ["宠物饮水机"]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("429", 403, 40362), ("500", 500, 500), ("captcha", 403, 40352), ("login", 403, 40353)],
)
async def test_faults_of_the_interface(
    client: httpx.AsyncClient, order: Order, fault: str, status: int, code: int
) -> None:
    await _log_in(client)
    await order("zhihu", fault)
    response = await _search(client)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert (await _search(client)).status_code == 200


async def test_walls_meet_the_page_first(client: httpx.AsyncClient, order: Order) -> None:
    await _log_in(client)
    await order("zhihu", "captcha")
    response = await client.get(PAGE)
    assert response.headers["location"].startswith("/zhihu/account/unhuman")
    assert "安全验证" in (await client.get(response.headers["location"])).text
    await order("zhihu", "login")
    assert (await client.get(PAGE)).status_code == 403
    assert (await client.get(PAGE)).status_code == 200


async def test_faults_of_the_shape(client: httpx.AsyncClient, order: Order) -> None:
    await _log_in(client)
    await order("zhihu", "empty")
    body = (await _search(client)).json()
    assert (body["data"], body["paging"]["is_end"]) == ([], True)
    await order("zhihu", "changed_page")
    assert "data" not in (await _search(client)).json()
    for fault in ("bad_json", "cut_stream"):
        await order("zhihu", fault)
        response = await _search(client)
        with pytest.raises(ValueError, match=r"Expecting|Unterminated|utf-8"):
            response.json()
    await order("zhihu", "hang")
    assert (await _search(client)).status_code == 200
