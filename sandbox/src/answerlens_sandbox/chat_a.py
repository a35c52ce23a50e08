"""The first chat site: a controlled textarea, a send button that turns into stop, a stream of JSON patches."""

import base64
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from answerlens_sandbox.answer import Answer, Passage, refusal
from answerlens_sandbox.bodies import outside
from answerlens_sandbox.chat_a_stream import events
from answerlens_sandbox.draw import hexadecimal
from answerlens_sandbox.faults import ANSWER_KINDS
from answerlens_sandbox.occasion import keyword_of, occasion_of
from answerlens_sandbox.pages import render
from answerlens_sandbox.sign import digest, is_proof
from answerlens_sandbox.streaming import frame, stream

ENGINE = "chat-a"
_COMPLETION = "/api/v0/chat/completion"
_DIFFICULTY = 500
_ERRORS: dict[str, tuple[int, int, str]] = {
    "429": (429, 40029, "messages too frequent"),
    "500": (500, 50000, "服务器繁忙，请稍后再试。"),
    "login": (401, 40003, "Authorization Failed (invalid token)"),
    "captcha": (403, 40300, "security verification required"),
}


async def _page(request: Request) -> Response:
    changed = outside(request).faults.take(ENGINE, "", ("changed_page",)) is not None
    return render(request, "chat_a.html", changed=changed)


async def _sign_in(request: Request) -> Response:
    return render(request, "chat_a_sign_in.html")


async def _root(_request: Request) -> Response:
    return RedirectResponse("/chat-a/")


async def _session(request: Request) -> Response:
    state = outside(request)
    hexed = hexadecimal(32, state.world.seed, "session", state.serial())
    session = "-".join((hexed[:8], hexed[8:12], "4" + hexed[13:16], "a" + hexed[17:20], hexed[20:]))
    return _biz({"id": session, "title": None, "version": 0})


async def _challenge(request: Request) -> Response:
    state = outside(request)
    challenge = hexadecimal(32, state.world.seed, "challenge", state.serial())
    return _biz(
        {
            "challenge": {
                "algorithm": "SandboxHashV1",
                "challenge": challenge,
                "salt": hexadecimal(10, challenge),
                "signature": digest(f"{state.world.seed}{challenge}"),
                "difficulty": _DIFFICULTY,
                "target_path": _COMPLETION,
            }
        }
    )


def _biz(data: dict[str, Any]) -> Response:
    return JSONResponse({"code": 0, "msg": "", "data": {"biz_code": 0, "biz_msg": "", "biz_data": data}})


async def _complete(request: Request) -> Response:
    state = outside(request)
    try:
        body = json.loads(await request.body())
        question = str(body["prompt"])
    except (ValueError, TypeError, KeyError):
        return JSONResponse({"code": 40001, "msg": "invalid request", "data": None}, status_code=422)
    if not _proved(request, state.world.seed):
        state.journal.add(request, "ask", ENGINE, question, status=403, nth=None, fault=None)
        return JSONResponse({"code": 40301, "msg": "INVALID_POW_RESPONSE", "data": None}, status_code=403)
    fault = state.faults.take(ENGINE, question, ANSWER_KINDS)
    error = _ERRORS.get(fault or "")
    if error:
        state.journal.add(request, "ask", ENGINE, question, status=error[0], nth=None, fault=fault)
        return JSONResponse({"code": error[1], "msg": error[2], "data": None}, status_code=error[0])
    answer, nth, key = state.next_answer(ENGINE, question, occasion_of(request), keyword_of(request))
    state.journal.add(request, "ask", ENGINE, question, status=200, nth=nth, fault=fault)
    if fault in ("refusal", "empty"):
        answer = refusal(*key) if fault == "refusal" else Answer((Passage(""),))
    elif not body.get("search_enabled"):
        answer = answer.unsearched()
    text = events(
        answer, question[:18], *key, thinking=bool(body.get("thinking_enabled")), tools=bool(body.get("search_tools"))
    )
    if fault == "bad_json":
        text = text.replace('"v":', '"v":"', 40) + frame('{"p":"response/status","o":"SE')
    return stream(text, state.answer_seconds, fault, *key)


def _proved(request: Request, seed: int) -> bool:
    """Return whether the header holds the answer to a challenge of this site, as the page computes it."""
    try:
        proof = json.loads(base64.b64decode(request.headers.get("x-ds-pow-response", "")))
        challenge, nonce = str(proof["challenge"]), int(proof["answer"])
        signed = proof["signature"] == digest(f"{seed}{challenge}")
    except (ValueError, TypeError, KeyError):
        return False
    return signed and is_proof(f"{hexadecimal(10, challenge)}_{challenge}_", nonce, _DIFFICULTY)


routes = [
    Route("/chat-a", _root),
    Route("/chat-a/", _page),
    Route("/chat-a/a/chat/s/{session}", _page),
    Route("/chat-a/sign_in", _sign_in),
    Route("/chat-a/api/v0/chat_session/create", _session, methods=["POST"]),
    Route("/chat-a/api/v0/chat/create_pow_challenge", _challenge, methods=["POST"]),
    Route("/chat-a" + _COMPLETION, _complete, methods=["POST"]),
]
