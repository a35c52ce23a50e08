"""The official search interface: a key and a time instead of a login."""

import html
import re
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from answerlens_sandbox.bodies import outside
from answerlens_sandbox.draw import hexadecimal, unit
from answerlens_sandbox.faults import hang
from answerlens_sandbox.zhihu import ENGINE, found
from answerlens_sandbox.zhihu_items import Item

_MOST = 100
_CLOCK_SECONDS = 600
_KINDS = {"answer": "Answer", "question": "Question", "article": "Article"}
_ERRORS = {
    "key": (401, 30001, "invalid access secret"),
    "clock": (400, 30002, "invalid request timestamp"),
    "query": (400, 30003, "Query is required"),
    "429": (429, 30004, "request rate limit exceeded"),
    "login": (401, 30001, "invalid access secret"),
    "captcha": (403, 30005, "access denied"),
    "500": (500, 50000, "internal error"),
}


async def _search(request: Request) -> Response:
    query, state = request.query_params.get("Query", "").strip(), outside(request)
    refused = _refusal(request, query)
    fault = None if refused else state.faults.take(ENGINE, query)
    error = _ERRORS.get(refused or fault or "")
    state.journal.add(request, "search", ENGINE, query, status=error[0] if error else 200, fault=fault, official=True)
    if error:
        return JSONResponse({"Code": error[1], "Message": error[2], "Data": None}, status_code=error[0])
    if fault == "hang":
        await hang()
    count = request.query_params.get("Count", "10")
    wanted = min(int(count) if count.isdecimal() else 10, _MOST)
    results = [] if fault == "empty" else [each for each in found(request, query) if each["type"] == "search_result"]
    unique = list({each["id"]: each for each in results}.values())[:wanted]
    body: dict[str, Any] = {
        "Code": 0,
        "Message": "success",
        "Data": {
            "Items": [_item(each) for each in unique],
            "EmptyReason": "" if unique else "no result",
            "SearchHashId": hexadecimal(32, state.world.seed, "search", query),
        },
    }
    if fault == "changed_page":
        return JSONResponse({"code": 0, "result": body["Data"]["Items"]})
    if fault in ("bad_json", "cut_stream"):
        return Response(b'{"Code": 0, "Message": "succ', media_type="application/json")
    return JSONResponse(body)


def _refusal(request: Request, query: str) -> str | None:
    if not request.headers.get("authorization", "").removeprefix("Bearer ").strip():
        return "key"
    stamp = request.headers.get("x-request-timestamp", "")
    if not stamp.isdecimal() or abs(int(stamp) - time.time()) > _CLOCK_SECONDS:
        return "clock"
    return None if query else "query"


def _item(item: Item) -> dict[str, Any]:
    thing = item["object"]
    question = thing.get("question", {})
    title = thing.get("title") or question.get("name") or question.get("title") or ""
    addresses = {
        "answer": f"https://www.zhihu.com/question/{question.get('id')}/answer/{thing['id']}",
        "question": f"https://www.zhihu.com/question/{thing['id']}",
        "article": f"https://zhuanlan.zhihu.com/p/{thing['id']}",
    }
    return {
        "Title": _plain(title),
        "ContentType": _KINDS[thing["type"]],
        "ContentID": thing["id"],
        "Url": addresses[thing["type"]],
        "ContentText": _plain(thing["excerpt"]),
        "VoteUpCount": thing["voteup_count"],
        "CommentCount": thing["comment_count"],
        "AuthorName": thing["author"]["name"],
        "AuthorityLevel": "2",
        "RankingScore": round(unit("score", item["id"]), 4),
        "EditTime": thing["updated_time"],
    }


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"</?em>", "", html.unescape(text)))


routes = [Route("/zhihu-api/api/v1/content/zhihu_search", _search)]
