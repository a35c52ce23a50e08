"""The second chat site: an editable element, a send button that exists only with text, named stream events."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from answerlens_sandbox.answer import Answer, Passage, refusal
from answerlens_sandbox.bodies import outside
from answerlens_sandbox.chat_b_stream import events, failure
from answerlens_sandbox.draw import digits
from answerlens_sandbox.faults import ANSWER_KINDS
from answerlens_sandbox.occasion import keyword_of, occasion_of
from answerlens_sandbox.pages import render
from answerlens_sandbox.sign import digest
from answerlens_sandbox.streaming import stream

ENGINE = "chat-b"
_VERIFY = {"code": 10000, "from": "shark_admin", "type": "verify", "subtype": "slide", "detail": "sandbox"}
_ERRORS: dict[str, tuple[int, str, dict[str, Any] | None]] = {
    "429": (710022004, "你的操作过于频繁，请稍后再试", None),
    "login": (710012001, "请登录后继续使用", None),
    "captcha": (710022002, "需要完成安全验证", _VERIFY),
    "signature": (710020202, "invalid param", None),
}


async def _page(request: Request) -> Response:
    changed = outside(request).faults.take(ENGINE, "", ("changed_page",)) is not None
    box = request.query_params.get("input") == "textarea"
    return render(request, "chat_b.html", changed=changed, box=box)


async def _root(_request: Request) -> Response:
    return RedirectResponse("/chat-b/")


async def _complete(request: Request) -> Response:
    state = outside(request)
    try:
        raw = (await request.body()).decode()
        body = json.loads(raw)
        question = str(body["messages"][-1]["content_block"][0]["content"]["text_block"]["text"])
        option = dict(body["option"])
        conversation = str(body["client_meta"]["conversation_id"])
    except (ValueError, TypeError, KeyError, IndexError):
        return JSONResponse({"code": 710020202, "msg": "invalid param"}, status_code=400)
    signed = request.url.query.rpartition("&a_bogus=")
    refused = "signature" if signed[2] != digest(f"{signed[0]}|{raw}") else None
    fault = None if refused else state.faults.take(ENGINE, question, ANSWER_KINDS)
    error = _ERRORS.get(refused or fault or "")
    if error or fault == "500":
        status = 500 if fault == "500" else 200
        state.journal.add(request, "ask", ENGINE, question, status=status, nth=None, fault=refused or fault)
        return stream(failure(*error), 0, None) if error else Response("Internal Server Error", status_code=500)
    answer, nth, key = state.next_answer(ENGINE, question, occasion_of(request), keyword_of(request))
    state.journal.add(request, "ask", ENGINE, question, status=200, nth=nth, fault=fault)
    if fault in ("refusal", "empty"):
        answer = refusal(*key) if fault == "refusal" else Answer((Passage(""),))
    if option.get("need_create_conversation"):
        conversation = digits(17, state.world.seed, "conversation", state.serial())
    text = events(answer, question, conversation, *key, thinking=option.get("need_deep_think") == 1)
    if fault == "bad_json":
        text = text.replace('"patch_op":[', '"patch_op":[[').replace('{"text":', '{"text":"')
    return stream(text, state.answer_seconds, fault, *key)


routes = [
    Route("/chat-b", _root),
    Route("/chat-b/", _page),
    Route("/chat-b/chat/", _page),
    Route("/chat-b/chat/{conversation:int}", _page),
    Route("/chat-b/chat/completion", _complete, methods=["POST"]),
]
