"""A provider's API: chat completions that search and list their sources, streamed when the request says so."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from answerlens_sandbox.answer import Answer, Passage, refusal
from answerlens_sandbox.bodies import outside
from answerlens_sandbox.draw import hexadecimal
from answerlens_sandbox.faults import hang
from answerlens_sandbox.occasion import on
from answerlens_sandbox.streaming import frame, pieces, stream

ENGINE = "api-a"
MODEL = "sandbox-search"
SERVED = "sandbox-search-2026-06"
"""Providers name the build that answers, which is not the name that is asked for."""
_CREATED = 1_795_000_000
_ERRORS = {
    "429": (429, "rate_limit_exceeded", "Too many requests. Please try again."),
    "500": (500, "server_error", "The server had an error."),
    "login": (401, "invalid_api_key", "The key is not valid."),
}


class _Message(BaseModel):
    role: Literal["system", "user", "assistant"]
    content: str = Field(min_length=1, max_length=2000)


class _Completion(BaseModel):
    model: str
    messages: list[_Message] = Field(min_length=1)
    enable_search: bool = False
    stream: bool = False


def _error(status: int, code: str, message: str) -> Response:
    body = {"error": {"message": message, "type": code, "code": code}}
    return JSONResponse(body, status_code=status, headers={"retry-after": "1"} if code.startswith("rate") else None)


async def _complete(request: Request) -> Response:
    state = outside(request)
    if not request.headers.get("authorization", "").removeprefix("Bearer ").strip():
        return _error(*_ERRORS["login"])
    try:
        given = _Completion.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors()[0]
        return _error(400, "invalid_request_error", f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    if given.model != MODEL:
        return _error(404, "model_not_found", f"There is no model {given.model}.")
    question = given.messages[-1].content
    fault = state.faults.take(ENGINE, question)
    if fault in _ERRORS:
        state.journal.add(request, "ask", ENGINE, question, status=_ERRORS[fault][0], nth=None, fault=fault)
        return _error(*_ERRORS[fault])
    told = request.query_params
    occasion = on(f"{told.get('date', '')}/{told.get('replicate', '')}")
    answer, nth, key = state.next_answer(ENGINE, question, occasion, told.get("keyword", ""))
    state.journal.add(request, "ask", ENGINE, question, status=200, nth=nth, fault=fault)
    if fault in ("refusal", "empty"):
        answer = refusal(*key) if fault == "refusal" else Answer((Passage(""),))
    elif not given.enable_search:
        answer = answer.unsearched()
    body = _body(answer, hexadecimal(24, "completion", state.serial()))
    if fault == "changed_page":
        body = {"id": body["id"], "result": body["choices"]}
    if given.stream:
        text = "".join(frame(event) for event in _events(body, *key)) + frame("[DONE]")
        return stream(
            text.replace('"delta":', '"delta"') if fault == "bad_json" else text, state.answer_seconds, fault, *key
        )
    if fault == "hang":
        await hang()
    whole = json.dumps(body, ensure_ascii=False).encode()
    return Response(
        whole[: len(whole) // 2] if fault in ("bad_json", "cut_stream") else whole, media_type="application/json"
    )


def _body(answer: Answer, identifier: str) -> dict[str, Any]:
    marked = "\n".join(passage.text + "".join(f"[{cite}]" for cite in passage.cites) for passage in answer.passages)
    message = {"role": "assistant", "content": marked, "reasoning_content": answer.thinking}
    found = [
        {"index": source.index, "url": source.url, "title": source.title, "site_name": source.site}
        for source in answer.sources
    ]
    prompt, completion = 40, len(marked) * 2 // 3 + 1
    return {
        "id": f"chatcmpl-{identifier}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": SERVED,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "search_info": {"queries": list(answer.queries), "results": found},
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
    }


def _events(body: dict[str, Any], *key: object) -> Iterator[dict[str, Any]]:
    """The same as chunks: what was found, the message in pieces, its end, what it took."""
    if "choices" not in body:
        yield body
        return
    head = {name: body[name] for name in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    (choice,) = body["choices"]

    def chunk(finish: str | None = None, **delta: str) -> dict[str, Any]:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield {**chunk(role="assistant", content=""), "search_info": body["search_info"]}
    for name in ("reasoning_content", "content"):
        for piece in pieces(choice["message"][name], *key, name):
            yield chunk(**{name: piece})
    yield chunk(choice["finish_reason"])
    yield {**head, "choices": [], "usage": body["usage"]}


routes = [Route("/provider/v1/chat/completions", _complete, methods=["POST"])]
