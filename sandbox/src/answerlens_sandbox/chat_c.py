"""The third chat site: a plain form, an answer that is fetched by polling; nothing to decode but the page."""

import time
from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from answerlens_sandbox.answer import Answer, Passage, refusal
from answerlens_sandbox.bodies import Body, outside, read
from answerlens_sandbox.draw import hexadecimal
from answerlens_sandbox.faults import ANSWER_KINDS
from answerlens_sandbox.markup import references, to_html
from answerlens_sandbox.occasion import keyword_of, occasion_of
from answerlens_sandbox.pages import render

ENGINE = "chat-c"
_KEPT = 2000
_SHOWN_AT = 0.4
"""From this share of the time on, a first half of the answer is shown while the rest is being written."""
_ERRORS = {
    "429": (429, "提问太频繁了，请休息一下再来"),
    "500": (500, "服务出了点问题，请稍后再试"),
    "login": (401, "请先登录"),
    "captcha": (403, "请完成人机验证"),
}


class Ask(Body):
    """A question, as the page posts it."""

    question: str = Field(min_length=1, max_length=2000)


@dataclass(frozen=True)
class _Running:
    answer: Answer
    started: float
    seconds: float
    fault: str | None


async def _page(request: Request) -> Response:
    changed = outside(request).faults.take(ENGINE, "", ("changed_page",)) is not None
    return render(request, "chat_c.html", changed=changed)


async def _root(_request: Request) -> Response:
    return RedirectResponse("/chat-c/")


async def _ask(request: Request) -> Response:
    state = outside(request)
    question = (await read(request, Ask)).question
    fault = state.faults.take(ENGINE, question, ANSWER_KINDS)
    error = _ERRORS.get(fault or "")
    if error:
        state.journal.add(request, "ask", ENGINE, question, status=error[0], nth=None, fault=fault)
        return JSONResponse({"error": fault, "message": error[1]}, status_code=error[0])
    answer, nth, key = state.next_answer(ENGINE, question, occasion_of(request), keyword_of(request))
    state.journal.add(request, "ask", ENGINE, question, status=200, nth=nth, fault=fault)
    if fault in ("refusal", "empty"):
        answer = refusal(*key) if fault == "refusal" else Answer((Passage(""),))
    identifier = hexadecimal(32, state.world.seed, ENGINE, state.serial())
    running: dict[str, _Running] = state.pages.setdefault(ENGINE, {})
    running[identifier] = _Running(answer, time.monotonic(), state.answer_seconds, fault)
    while len(running) > _KEPT:
        del running[next(iter(running))]
    return JSONResponse({"id": identifier})


async def _poll(request: Request) -> Response:
    running: dict[str, _Running] = outside(request).pages.get(ENGINE, {})
    found = running.get(request.path_params["identifier"])
    if found is None:
        return JSONResponse({"error": "gone", "message": "会话已过期"}, status_code=404)
    passed = time.monotonic() - found.started
    answer = found.answer
    if passed < found.seconds or found.fault == "hang":
        half = answer.passages[: len(answer.passages) // 2] if passed >= _SHOWN_AT * found.seconds else ()
        return JSONResponse({"state": "running", "html": to_html(half, ())})
    if found.fault == "bad_json":
        return Response('{"state": "done", "html": "<p>', media_type="application/json")
    if found.fault == "cut_stream":
        return JSONResponse({"error": "gone", "message": "连接已断开，回答未完成"}, status_code=410)
    body = to_html(answer.passages, answer.sources)
    return JSONResponse({"state": "done", "html": body, "references": references(answer.sources)})


routes = [
    Route("/chat-c", _root),
    Route("/chat-c/", _page),
    Route("/chat-c/ask", _ask, methods=["POST"]),
    Route("/chat-c/answer/{identifier}", _poll),
]
