"""Errors, bodies and metrics, on a small application of their own."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Header, Query
from prometheus_client import REGISTRY
from pydantic import BaseModel, ConfigDict
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from answerlens_common.errors import (
    BusyError,
    ConflictError,
    FieldFault,
    LimitReachedError,
    NotFoundError,
    RefusedError,
    RequestError,
    TooEarlyError,
    TransientError,
)
from answerlens_order_api.rest import problems
from answerlens_order_api.rest.body_limit import MAX_BODY_BYTES, MOST_MARKS, BodyGuard
from answerlens_order_api.rest.metrics import RequestMetrics
from answerlens_order_api.rest.problems import FieldError, ProblemError, problem_response
from answerlens_orders.accounts.store import Caller, User
from answerlens_orders.fields import Name

JSON = {"content-type": "application/json"}


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[Name]


def application() -> FastAPI:
    app = FastAPI(middleware=[Middleware(RequestMetrics), Middleware(BodyGuard)])
    problems.install(app)

    @app.post("/items")
    async def post(item: Item, token: Annotated[str, Header(pattern="^x*$")] = "") -> tuple[Item, str]:
        return item, token

    @app.get("/items/{number}")
    async def get(number: int, limit: Annotated[int, Query(ge=1)] = 1) -> int:
        return number * limit

    @app.get("/refused")
    async def refused() -> None:
        raise ProblemError(HTTPStatus.CONFLICT, "not now", [FieldError(field="when", message="later")], {"X-Y": "z"})

    @app.get("/lost")
    async def lost() -> None:
        message = "password of the database"
        raise TransientError(message)

    @app.get("/broken")
    async def broken() -> None:
        message = "secret"
        raise RuntimeError(message)

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        yield client


def fields(response: httpx.Response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


async def test_every_error_is_a_problem(client: httpx.AsyncClient) -> None:
    for method, path, status in [
        ("GET", "/nothing", 404),
        ("GET", "/items/x", 404),
        ("PUT", "/items", 405),
        ("GET", "/refused", 409),
        ("GET", "/items/1?limit=0", 422),
        ("GET", "/broken", 500),
        ("GET", "/lost", 503),
    ]:
        response = await client.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert (problem["status"], problem["type"], problem["instance"]) == (status, "about:blank", path.split("?")[0])
        assert problem["title"]
        assert "secret" not in response.text
        assert "password" not in response.text


async def test_a_problem_carries_its_fields_and_headers(client: httpx.AsyncClient) -> None:
    response = await client.get("/refused")
    assert response.headers["x-y"] == "z"
    assert response.json()["detail"] == "not now"
    assert response.json()["errors"] == [{"field": "when", "message": "later"}]
    assert (await client.put("/items")).headers["allow"] == "POST"
    assert (await client.get("/lost")).headers["retry-after"] == "2"


REFUSALS: list[tuple[RequestError, int, str | None]] = [
    (NotFoundError("no such day"), 404, None),
    (RefusedError("not so", FieldFault("rate", "is none"), FieldFault("engine", "is none")), 422, None),
    (ConflictError("withdrawn already"), 409, None),
    (TooEarlyError("not ended"), 409, None),
    (TooEarlyError("still filing", 60), 409, "60"),
    (LimitReachedError("too often", 0.2), 429, "1"),
    (BusyError("too much at once", 2.5), 503, "3"),
]


@pytest.mark.parametrize(("error", "status", "retry_after"), REFUSALS)
async def test_what_a_function_cannot_grant_is_told_as_a_problem(
    error: RequestError, status: int, retry_after: str | None
) -> None:
    app = application()

    class OfAFeatureError(type(error)):  # type: ignore[misc]  # features derive their own
        pass

    raised = OfAFeatureError.__new__(OfAFeatureError)
    raised.__dict__.update(vars(error))

    @app.get("/asked")
    async def asked() -> None:
        raise raised

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        response = await client.get("/asked")
    assert response.status_code == status
    assert response.headers.get("retry-after") == retry_after
    assert response.json()["detail"] == error.detail
    assert response.json()["errors"] == [vars(fault) for fault in error.fields]


def test_every_kind_of_refusal_has_a_status() -> None:
    assert set(RequestError.__subclasses__()) == problems.STATUSES.keys() == {type(error) for error, _, _ in REFUSALS}


async def test_the_fields_of_a_body_are_named_as_people_write_them(client: httpx.AsyncClient) -> None:
    response = await client.post("/items", json={"names": ["x", " "]}, headers={"token": "y"})
    assert response.status_code == 422
    assert sorted(fields(response)) == ["Token", "names[1]"]
    assert "must not be empty" in {error["message"] for error in response.json()["errors"]}
    assert fields(await client.post("/items", content=b"[]", headers=JSON)) == ["body"]
    assert fields(await client.post("/items")) == ["body"]


async def test_a_field_that_nobody_asked_for_cannot_break_the_answer(client: httpx.AsyncClient) -> None:
    for name, field in ((r"\ud800", "body"), (r"\u0000", "\x00")):
        response = await client.post("/items", content=f'{{"names": [], "{name}": 1}}', headers=JSON)
        assert response.status_code == 422
        assert fields(response) == [field]
    many = {"names": [], **{f"field{n}": n for n in range(1000)}}
    response = await client.post("/items", json=many)
    assert response.json()["detail"] == "1000 fields are not valid"
    assert len(fields(response)) == 50


@pytest.mark.parametrize("body", [b"{", b"", b"{'a': 1}", b"\xff\xfe", b"[" * 5000])
async def test_what_is_not_json_is_a_bad_request(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/items", content=body, headers=JSON)
    assert response.status_code == (400 if body else 422)


async def test_a_body_must_say_that_it_is_json(client: httpx.AsyncClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""):
        response = await client.post("/items", content=b'{"names": []}', headers={"content-type": kind})
        assert response.status_code == 415
    accepted = await client.post(
        "/items", content=b'{"names": []}', headers={"content-type": "Application/JSON; charset=utf-8"}
    )
    assert accepted.status_code == 200


async def test_a_large_body_is_refused_with_and_without_a_length(client: httpx.AsyncClient) -> None:
    start, end = b'{"names": ["', b'"]}'
    largest = start + b"x" * (MAX_BODY_BYTES - len(start + end)) + end

    async def in_parts(body: bytes) -> AsyncIterator[bytes]:
        for place in range(0, len(body), 65536):
            yield body[place : place + 65536]

    for content in (largest + b" ", in_parts(largest + b" ")):
        response = await client.post("/items", content=content, headers=JSON)
        assert response.status_code == 413
        assert response.headers["content-type"] == "application/problem+json"
    # read to its end, and only then found too long a name
    assert (await client.post("/items", content=in_parts(largest), headers=JSON)).status_code == 422


@pytest.mark.fault("F54")
@pytest.mark.parametrize("value", [b"[],", b"{},", b"0,", b'"a":0,'])
async def test_a_body_of_very_many_values_is_refused_before_it_is_read(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, value: bytes
) -> None:
    """Reading one of 5.5 MB held the event loop, and so everybody else, for more than a second."""
    start, end = (b"{", b'"names": []}') if b":" in value else (b'{"names": [', b'"x"]}')
    within = start + value * 20_000 + end
    assert (await client.post("/items", content=within, headers=JSON)).status_code == 422
    with monkeypatch.context() as patched:
        patched.setattr("json.loads", lambda _: pytest.fail("it was read"))
        response = await client.post("/items", content=start + value * 250_000 + end, headers=JSON)
    assert response.status_code == 413
    assert str(MOST_MARKS) in response.json()["detail"]


@pytest.mark.fault("F54")
async def test_bodies_of_one_key_leave_room_for_those_of_others() -> None:
    """Eight of the largest with one key were more than all keys together may send: whoever came then got a 503."""
    done = asyncio.Event()
    statuses: dict[str, list[int]] = {"a": [], "b": []}

    async def work(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await done.wait()

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        return problem_response(request, error)

    guard = BodyGuard(ExceptionMiddleware(work, {ProblemError: refuse}), {"/large": 8 * 1024 * 1024})

    async def ask(who: str, megabytes: float) -> None:
        user = User(UUID(int=ord(who)), who, "client")
        headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
        scope = {"type": "http", "method": "POST", "path": "/large", "headers": headers, "query_string": b""}

        async def receive() -> Message:
            return {"type": "http.request", "body": b" " * int(megabytes * 1024 * 1024), "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses[who].append(message["status"])

        await guard({**scope, "answerlens.caller": Caller(user, "")}, receive, send)

    asked = [asyncio.create_task(ask("a", 5.4)) for _ in range(8)]
    await asyncio.sleep(0)
    asked.append(asyncio.create_task(ask("b", 0.1)))
    await asyncio.sleep(0)
    assert statuses == {"a": [429] * 6, "b": []}
    done.set()
    await asyncio.gather(*asked)
    asked = [asyncio.create_task(ask("a", 5.4)) for _ in range(2)]
    await asyncio.gather(*asked)
    assert statuses == {"a": [429] * 6, "b": []}


async def test_requests_are_counted_by_route_not_by_path(client: httpx.AsyncClient) -> None:
    def count(**labels: str) -> float:
        return REGISTRY.get_sample_value("answerlens_http_requests_total", labels) or 0.0

    before = count(route="/items/{number}", method="GET", status="200")
    unknown = count(route="none", method="other", status="404")
    for number in range(3):
        await client.get(f"/items/{number}")
    await client.request("BREW", "/coffee")
    assert count(route="/items/{number}", method="GET", status="200") == before + 3
    assert count(route="none", method="other", status="404") == unknown + 1
    labels = {"route": "/items/{number}", "method": "GET"}
    assert (REGISTRY.get_sample_value("answerlens_http_request_duration_seconds_count", labels) or 0) >= 3
