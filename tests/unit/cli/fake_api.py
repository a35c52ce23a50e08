"""An API that answers from a table, and remembers what it was asked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from answerlens_cli.api import Api

ORDER: dict[str, Any] = {
    "id": "6f2c1d9e-0000-4000-8000-000000000001",
    "user": "acme",
    "keyword": "蓝牙耳机",
    "brand": {"name": "索尼", "aliases": ["Sony"], "domains": []},
    "competitors": [{"name": "Bose"}],
    "engines": ["chat-a", "chat-b"],
    "priority": 5,
    "track_days": 7,
    "created_at": "2026-01-02T03:04:05.678Z",
    "stage": "collect",
    "done": 80,
    "total": 400,
    "progress": 29,
    "eta_seconds": 64,
    "status": "running",
    "is_cached": False,
    "last_error": None,
    "warnings": [],
    "live": True,
    "measurements": [{"date": "2026-01-02", "status": "running", "progress": 29}],
}

ESTIMATE: dict[str, Any] = {
    "keyword": "蓝牙耳机",
    "date": "2026-01-02",
    "questions": 200,
    "questions_basis": "assumed",
    "engines": [
        {
            "engine": "chat-a",
            "surface": "browser",
            "collection": None,
            "questions": 200,
            "requests": 200,
            "minutes": 33.5,
            "minutes_basis": "assumed",
            "tokens": None,
            "money": None,
        },
        {
            "engine": "api-a",
            "surface": "api",
            "collection": "collecting",
            "questions": 200,
            "requests": 50,
            "minutes": 2.5,
            "minutes_basis": "measured",
            "tokens": {"prompt": 50000, "completion": 25000, "basis": "measured"},
            "money": {"amount": 0.25, "currency": "CNY"},
        },
    ],
    "steps": [
        {
            "step": "score",
            "requests": 25,
            "minutes": 1.0,
            "minutes_basis": "assumed",
            "tokens": {"prompt": 175000, "completion": 7500, "basis": "assumed"},
            "money": None,
        }
    ],
    "total": {
        "requests_to_engines": 250,
        "requests_to_language_model": 25,
        "minutes": 34.5,
        "prompt_tokens": 225000,
        "completion_tokens": 32500,
        "money": [{"amount": 0.25, "currency": "CNY"}],
        "unpriced": ["language model"],
    },
    "notes": ["假设。 An assumption."],
}


@dataclass
class FakeApi:
    """Answers by "METHOD path"; a list is a history, one answer a request."""

    answers: dict[str, Any]
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[f"{request.method} {request.url.path}"]
        answer = answer.pop(0) if isinstance(answer, list) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def connect(self, role: str) -> Api:
        """Stands in for `access.connect`; the key names the role."""
        return Api("http://api", role, httpx.MockTransport(self))

    @property
    def body(self) -> Any:
        """What the last request sent."""
        return json.loads(self.requests[-1].content)


class Stream(httpx.SyncByteStream):
    """Server-sent events; broken off at the end when told so."""

    def __init__(self, *events: tuple[str, dict[str, Any]], broken: bool = False) -> None:
        self._events = events
        self._broken = broken

    def __iter__(self) -> Iterator[bytes]:
        yield b": ping\n\n"
        for name, data in self._events:
            yield f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
        if self._broken:
            message = "peer closed connection"
            raise httpx.RemoteProtocolError(message)


def stream(*events: tuple[str, dict[str, Any]], broken: bool = False) -> httpx.Response:
    """An answer that streams these events."""
    return httpx.Response(200, stream=Stream(*events, broken=broken), headers={"content-type": "text/event-stream"})


def problem(status: int, **more: Any) -> httpx.Response:
    """An answer that refuses."""
    body = {"title": "No", "status": status, "detail": "it is not possible", "errors": []} | more
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})
