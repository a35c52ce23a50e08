"""The search site: a page that fills itself from its own signed JSON interface, behind a login."""

import json
import time
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from answerlens_sandbox.bodies import outside
from answerlens_sandbox.draw import hexadecimal
from answerlens_sandbox.faults import hang
from answerlens_sandbox.pages import render
from answerlens_sandbox.sign import digest
from answerlens_sandbox.zhihu_items import PAGE, Item, items

ENGINE = "zhihu"
_VERSION = "101_3_3.0"
_YEAR = 31_536_000
_WALLS = ("captcha", "login")
_UNHUMAN = "https://www.zhihu.com/account/unhuman?type=unhuman&message=系统检测到您的帐号或IP存在异常流量"
_ERRORS: dict[str, tuple[int, dict[str, Any]]] = {
    "signature": (403, {"code": 10003, "message": "请求参数异常，请升级客户端后重试。"}),
    "login": (
        403,
        {
            "need_login": True,
            "code": 40353,
            "message": "请您登录后查看更多专业优质内容。",
            "redirect": "https://www.zhihu.com/account/unhuman?type=Q2S1",
        },
    ),
    "captcha": (403, {"code": 40352, "message": "系统监测到您的网络环境存在异常，请验证。", "redirect": _UNHUMAN}),
    "429": (403, {"code": 40362, "message": "您当前请求存在异常，暂时限制本次访问。"}),
    "500": (500, {"code": 500, "name": "InternalServerError", "message": "服务器开小差了"}),
}


def found(request: Request, keyword: str) -> list[Item]:
    """Return all items of a search; the keyword is known as a field from now on."""
    world = outside(request).world
    return items(world.seed, world.learn(keyword))


async def _page(request: Request) -> Response:
    keyword = request.query_params.get("q", "").strip()
    state = outside(request)
    fault = state.faults.take(ENGINE, keyword, _WALLS)
    wall = fault or (None if request.cookies.get("z_c0") else "login")
    state.journal.add(request, "search", ENGINE, keyword, status=403 if wall else 200, fault=fault)
    if wall == "captcha":
        return RedirectResponse("/zhihu/account/unhuman?type=unhuman", status_code=302)
    if wall:
        return render(request, "zhihu_wall.html", status_code=403)
    if keyword:
        state.world.learn(keyword)
    response = render(request, "zhihu.html", keyword=keyword)
    if not request.cookies.get("d_c0"):
        visitor = hexadecimal(24, state.world.seed, "visitor", state.serial())
        response.set_cookie("d_c0", visitor, max_age=_YEAR, path="/")
    return response


async def _unhuman(request: Request) -> Response:
    return render(request, "zhihu_unhuman.html", status_code=403)


async def _api(request: Request) -> Response:
    params = request.query_params
    keyword, state = params.get("q", "").strip(), outside(request)
    offset, limit = _integer(params.get("offset"), 0), min(_integer(params.get("limit"), PAGE), PAGE)
    fault = None if _refusal(request) else state.faults.take(ENGINE, keyword)
    error = _ERRORS.get(_refusal(request) or fault or "")
    status = error[0] if error else 200
    state.journal.add(request, "search_page", ENGINE, keyword, status=status, fault=fault, offset=offset)
    if error:
        return JSONResponse({"error": error[1]}, status_code=error[0])
    if fault == "hang":
        await hang()
    everything = [] if fault == "empty" or not keyword else found(request, keyword)
    page = everything[offset : offset + limit]
    body = {
        "data": page,
        "paging": _paging(request, offset, limit, len(everything)),
        "search_action_info": {
            "search_hash_id": hexadecimal(32, state.world.seed, "search", keyword),
            "lc_idx": offset + len(page),
        },
    }
    return _broken(fault, body) or JSONResponse(body)


def _refusal(request: Request) -> str | None:
    signed = "+".join((_VERSION, f"{request.url.path}?{request.url.query}", request.cookies.get("d_c0", "")))
    if request.headers.get("x-zse-93") != _VERSION or request.headers.get("x-zse-96") != f"2.0_{digest(signed)}":
        return "signature"
    return None if request.cookies.get("z_c0") else "login"


def _broken(fault: str | None, body: dict[str, Any]) -> Response | None:
    if fault == "bad_json":
        return Response("<!doctype html><title>502 Bad Gateway</title>", media_type="application/json")
    if fault == "cut_stream":
        whole = json.dumps(body, ensure_ascii=False).encode()
        return Response(whole[: len(whole) * 2 // 3], media_type="application/json")
    if fault == "changed_page":
        cards = [{"card_type": item["type"], "payload": item.get("object")} for item in body["data"]]
        return JSONResponse({"result": {"cards": cards}, "cursor": "next"})
    return None


def _paging(request: Request, offset: int, limit: int, total: int) -> dict[str, Any]:
    keyword = request.query_params.get("q", "")
    after = {
        "t": "general",
        "q": keyword,
        "offset": offset + limit,
        "limit": limit,
        "lc_idx": offset + limit,
        "search_hash_id": hexadecimal(32, outside(request).world.seed, "search", keyword.strip()),
    }
    base = "https://api.zhihu.com/search_v3?"
    return {
        "is_end": offset + limit >= total,
        "is_start": offset == 0,
        "next": base + urlencode(after),
        "previous": base + urlencode({**after, "offset": max(offset - limit, 0)}),
        "totals": total,
    }


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


async def _storage_state(request: Request) -> Response:
    cookie = {
        "name": "z_c0",
        "value": f"2|1:0|10:1795000000|4:z_c0|92:{hexadecimal(64, outside(request).world.seed, 'z_c0')}",
        "domain": request.url.hostname,
        "path": "/",
        "expires": int(time.time()) + _YEAR,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    return JSONResponse({"cookies": [cookie], "origins": []})


routes = [
    Route("/zhihu/search", _page),
    Route("/zhihu/account/unhuman", _unhuman),
    Route("/zhihu/api/v4/search_v3", _api),
    Route("/zhihu/storage-state", _storage_state),
]
