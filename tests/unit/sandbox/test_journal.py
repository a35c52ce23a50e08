import json
from pathlib import Path

import httpx

from answerlens_sandbox.app import create_app
from answerlens_sandbox.outside import Outside


async def _ask(client: httpx.AsyncClient, question: str) -> None:
    await client.post("/chat-c/ask", json={"question": question}, headers={"user-agent": "Chromium/1"})


async def test_rows_can_be_listed_and_filtered(client: httpx.AsyncClient) -> None:
    await _ask(client, "蓝牙耳机推荐")
    await client.get("/zhihu/search?q=耳机")
    await _ask(client, "跑步鞋推荐")
    rows = (await client.get("/journal")).json()
    assert [row["kind"] for row in rows] == ["ask", "search", "ask"]
    assert rows[0]["question"] == "蓝牙耳机推荐"
    assert rows[0]["user_agent"] == "Chromium/1"
    assert [row["question"] for row in (await client.get("/journal?kind=ask")).json()] == ["蓝牙耳机推荐", "跑步鞋推荐"]
    assert len((await client.get("/journal?engine=zhihu")).json()) == 1
    since = (await client.get("/journal", params={"since": rows[1]["at"]})).json()
    assert since == rows[1:]
    assert (await client.get("/journal?since=2999-01-01T00:00:00+08:00")).json() == []


async def test_a_wrong_time_is_named(client: httpx.AsyncClient) -> None:
    response = await client.get("/journal?since=yesterday")
    assert (response.status_code, response.json()["field"]) == (400, "since")


async def test_rows_are_appended_to_the_file_and_deleted_with_it(client: httpx.AsyncClient, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    await _ask(client, "蓝牙耳机推荐")
    assert [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()] == ["蓝牙耳机推荐"]
    assert (await client.delete("/journal")).status_code == 204
    assert (await client.get("/journal")).json() == []
    assert file.read_text(encoding="utf-8") == ""


async def test_a_restarted_sandbox_goes_on_where_it_was(client: httpx.AsyncClient, tmp_path: Path) -> None:
    for cookie in (await client.get("/zhihu/storage-state")).json()["cookies"]:
        client.cookies.set(cookie["name"], cookie["value"])
    await client.get("/zhihu/search?q=宠物饮水机")
    await _ask(client, "宠物饮水机推荐")
    again = create_app(7, tmp_path / "journal.jsonl").state.outside
    assert isinstance(again, Outside)
    assert again.world.keywords == ["宠物饮水机"]
    assert again.next_answer("chat-c", "宠物饮水机推荐")[1] == 2
    assert len(again.journal.rows) == 2


async def test_looking_at_the_sandbox_leaves_no_row(client: httpx.AsyncClient, state: Outside) -> None:
    for path in ("/", "/journal", "/truth?keyword=x", "/world", "/control", "/zhihu/storage-state", "/chat-a/"):
        assert (await client.get(path)).status_code == 200
    assert state.journal.rows == []
