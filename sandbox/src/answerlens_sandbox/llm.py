"""An OpenAI-compatible chat completion interface."""

import json
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from answerlens_sandbox.bodies import outside
from answerlens_sandbox.draw import hexadecimal
from answerlens_sandbox.faults import hang
from answerlens_sandbox.llm_tasks import TASKS
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.schema_instance import instance

MODELS = ("sandbox-chat", "sandbox-mini")
_CREATED = 1_795_000_000
_PROSE = "这是沙盒模型的回答：可以先明确需求和预算，再比较几个主要的选项，最后结合使用场景做决定。"


class _Message(BaseModel):
    role: str
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(str(part.get("text", "")) for part in self.content)
        return self.content or ""


class _JsonSchema(BaseModel):
    name: str
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")


class _Format(BaseModel):
    type: str = "text"
    json_schema: _JsonSchema | None = None


class _Completion(BaseModel):
    model: str = Field(min_length=1)
    messages: list[_Message] = Field(min_length=1)
    response_format: _Format = _Format()
    stream: bool = False


class _RefusedError(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


_FAULTS = {
    "429": (429, "rate_limit_exceeded", "Rate limit reached for requests per min. Please try again."),
    "500": (500, "server_error", "The server had an error while processing your request."),
}


async def _complete(request: Request) -> Response:
    state = outside(request)
    row: dict[str, Any] = {"task": None, "items": 0, "ids": [], "model": None, "fault": None}
    try:
        response = await _answered(request, state, row)
    except _RefusedError as error:
        kind = "invalid_request_error" if error.status < 500 else "server_error"  # noqa: PLR2004 - HTTP's classes
        body = {"error": {"message": error.message, "type": kind, "param": None, "code": error.code}}
        headers = {"retry-after": "1"} if error.code == "rate_limit_exceeded" else None
        response = JSONResponse(body, status_code=error.status, headers=headers)
    state.journal.add(request, "llm", None, None, status=response.status_code, **row)
    if row["fault"] == "hang":
        await hang()
    return response


async def _answered(request: Request, state: Outside, row: dict[str, Any]) -> Response:
    """Return the completion, and fill in the journal's row on the way."""
    if not request.headers.get("authorization", "").removeprefix("Bearer ").strip():
        raise _RefusedError(401, "invalid_api_key", "You didn't provide an API key.")
    try:
        given = _Completion.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _RefusedError(400, "invalid_request", f"{where}: {first['msg']}") from error
    if given.stream:
        raise _RefusedError(400, "unsupported", "stream: the sandbox's model does not stream")
    prompt = next((message.text for message in reversed(given.messages) if message.role == "user"), "")
    schema = given.response_format.json_schema
    row["model"], row["task"] = given.model, schema.name if schema else None
    row["fault"] = fault = state.faults.take("llm", prompt)
    if fault in _FAULTS:
        raise _RefusedError(*_FAULTS[fault])
    content = _content(state, given, prompt, row)
    body = _body(given, content, refused=fault == "refusal", serial=state.serial())
    if fault == "empty":
        body["choices"][0]["message"]["content"] = ""
    elif fault == "bad_json":
        body["choices"][0]["message"]["content"] = content[: len(content) // 2]
    elif fault == "cut_stream":
        return Response(json.dumps(body).encode()[: len(content)], media_type="application/json")
    return JSONResponse(body)


def _content(state: Outside, given: _Completion, prompt: str, row: dict[str, Any]) -> str:
    schema = given.response_format.json_schema
    if schema is None:
        return json.dumps({"answer": _PROSE}, ensure_ascii=False) if "json" in given.response_format.type else _PROSE
    if schema.name not in TASKS:
        return json.dumps(instance(schema.schema_), ensure_ascii=False)
    task, key = TASKS[schema.name]
    try:
        result, row["items"], row["ids"] = task(state.world, find_object(prompt, key))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _RefusedError(400, "invalid_data", f"data of {schema.name}: {where}: {first['msg']}") from error
    return json.dumps(result, ensure_ascii=False)


def find_object(text: str, key: str) -> dict[str, Any]:
    """Return the first JSON object with the key in the text, wherever it stands; an empty one if there is none."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except ValueError:
            end = at + 1
        else:
            if key in found:
                return dict(found)
        at = text.find("{", end)
    return {}


def _body(given: _Completion, content: str, *, refused: bool, serial: int) -> dict[str, Any]:
    refusal = "I'm sorry, but I can't help with that." if refused else None
    message = {"role": "assistant", "content": None if refused else content, "refusal": refusal}
    prompt_tokens = sum(len(message.text) for message in given.messages) * 2 // 3 + 8
    completion_tokens = len(content) * 2 // 3 + 1
    return {
        "id": f"chatcmpl-{hexadecimal(24, 'completion', serial)}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": given.model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


async def _models(request: Request) -> Response:
    if not request.headers.get("authorization", "").removeprefix("Bearer ").strip():
        return JSONResponse({"error": {"message": "You didn't provide an API key."}}, status_code=401)
    models = [{"id": name, "object": "model", "created": _CREATED, "owned_by": "sandbox"} for name in MODELS]
    return JSONResponse({"object": "list", "data": models})


routes = [Route("/v1/chat/completions", _complete, methods=["POST"]), Route("/v1/models", _models)]
