"""An admin lists what people ask about a keyword; clients change nothing of what all orders share."""

import base64
import datetime as dt
import io
from typing import Any

import httpx
import openpyxl
import pytest

from answerlens_common.db import Database
from tests.integration.order_api.conftest import Clients

KEYWORD = "蓝牙耳机"
PATH = f"/api/keywords/{KEYWORD}/questions"
LIST = f"/api/keywords/{KEYWORD}/question-list"
LINES = "蓝牙耳机怎么选？\n蓝牙耳机 怎么选\n…\n蓝牙耳机防水吗？\n"


def told(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


async def test_a_list_is_checked_row_by_row_and_sending_it_again_changes_nothing(clients: Clients) -> None:
    first = told(await clients.admin.post(PATH, json={"lines": LINES}))
    assert {name: first[name] for name in ("keyword", "questions", "taken", "known", "refused")} == {
        "keyword": KEYWORD,
        "questions": 2,
        "taken": 2,
        "known": 0,
        "refused": 2,
    }
    assert [(one["line"], one["reason"]) for one in first["reasons"]] == [
        (2, "asks the same as line 1"),
        (3, "must contain a letter or a digit"),
    ]
    again = told(await clients.admin.post(PATH, json={"lines": LINES}))
    assert (again["taken"], again["known"], again["questions"], again["reasons"]) == (0, 2, 2, first["reasons"])
    listed = told(await clients.admin.get(LIST))
    assert [(one["question"], one["added_by"]) for one in listed["items"]] == [
        ("蓝牙耳机怎么选？", "admin"),
        ("蓝牙耳机防水吗？", "admin"),
    ]


async def test_tables_are_taken_too(clients: Clients) -> None:
    book = openpyxl.Workbook()
    for row in (["keyword", "question"], [KEYWORD, "值得买吗？"], ["手机", "手机值得买吗？"]):
        book.worksheets[0].append(row)
    packed = io.BytesIO()
    book.save(packed)
    found = told(await clients.admin.post(PATH, json={"xlsx": base64.b64encode(packed.getvalue()).decode()}))
    assert (found["taken"], found["reasons"][0]["reason"]) == (1, "is of the keyword 手机")
    found = told(await clients.admin.post(PATH, json={"csv": "问题\n值得买吗\n能用几年？\n"}))
    assert (found["taken"], found["known"], found["questions"]) == (1, 1, 2)


@pytest.mark.parametrize(
    ("body", "field", "why"),
    [
        ({}, "body", "exactly one of lines, csv and xlsx"),
        ({"lines": "a", "csv": "b"}, "body", "exactly one of lines, csv and xlsx"),
        ({"csv": "a,b\n"}, "csv", "names a column"),
        ({"xlsx": base64.b64encode(b"x").decode()}, "xlsx", "is no Excel file"),
        ({"xlsx": "?"}, "xlsx", ""),
        ({"lines": 1}, "lines", ""),
    ],
)
async def test_what_cannot_be_read_is_refused_by_its_field(
    clients: Clients, body: dict[str, Any], field: str, why: str
) -> None:
    response = await clients.admin.post(PATH, json=body)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["field"], why in error["message"]) == (field, True)


async def test_no_client_changes_what_all_orders_share(db: Database, clients: Clients) -> None:
    told(await clients.admin.post(PATH, json={"lines": LINES}))
    (listed, *_) = told(await clients.admin.get(LIST))["items"]
    await clients.place()
    for client in (clients.acme, clients.rival):
        posted = await client.post(PATH, json={"lines": "索尼怎么样？"})
        assert (posted.status_code, "only an admin" in posted.json()["detail"]) == (403, True)
        assert (await client.get(LIST)).status_code == 403
        assert (await client.delete(LIST)).status_code == 403
        assert (await client.delete(f"{LIST}/{listed['question_id']}")).status_code == 403
    assert (await clients.nobody.post(PATH, json={"lines": "x"})).status_code == 401
    assert await db.value("SELECT count(*) FROM listed_question") == 2


async def test_questions_are_removed_one_by_one_or_all(clients: Clients) -> None:
    told(await clients.admin.post(PATH, json={"lines": "第一问\n第二问\n第三问"}))
    (first, *_) = told(await clients.admin.get(LIST))["items"]
    removed = told(await clients.admin.delete(f"{LIST}/{first['question_id']}"))
    assert (removed["removed"], removed["questions"]) == (1, 2)
    assert (await clients.admin.delete(f"{LIST}/{first['question_id']}")).status_code == 404
    other = "/api/keywords/手机/question-list"
    assert (await clients.admin.delete(other)).status_code == 404
    removed = told(await clients.admin.delete(LIST))
    assert (removed["removed"], removed["questions"]) == (2, 0)
    assert told(await clients.admin.get(LIST))["items"] == []


async def test_a_list_has_as_many_questions_as_a_search_takes(clients: Clients) -> None:
    lines = "\n".join(f"第{n}个问题" for n in range(103))
    found = told(await clients.admin.post(PATH, json={"lines": lines}))
    assert (found["taken"], found["refused"], found["questions"]) == (100, 3, 100)
    assert [one["line"] for one in found["reasons"]] == [101, 102, 103]
    assert all("the list has 100 questions" in one["reason"] for one in found["reasons"])
    page = told(await clients.admin.get(LIST, params={"limit": 60}))
    rest = told(await clients.admin.get(LIST, params={"limit": 60, "cursor": page["next"]}))
    assert [one["question"] for one in (*page["items"], *rest["items"])] == lines.split("\n")[:100]
    assert rest["next"] is None


async def test_it_is_said_when_the_list_is_read(db: Database, clients: Clients) -> None:
    at_once = told(await clients.admin.post(PATH, json={"lines": "第一问"}))["used_from"]
    searched = dt.date.fromisoformat(at_once) - dt.timedelta(days=2)
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " VALUES (:keyword, :date, '?', '1', '')",
            keyword=KEYWORD,
            date=searched,
        )
    found = told(await clients.admin.post(PATH, json={"lines": "第二问"}))
    assert found["used_from"] == str(searched + dt.timedelta(days=7))
