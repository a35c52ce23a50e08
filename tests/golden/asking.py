"""One golden request: how it is sent, by whom, and what is kept of the answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from tests.golden.normalising import Names, headers_of

USERS = ("client", "admin")


@dataclass(frozen=True)
class Request:
    """A request that several users make.

    Attributes:
        name: of its golden file.
        route: as the OpenAPI document has it.
        values: of the route's parameters.
        content: the body's bytes, where they are not `body` as JSON.
        pages: how many pages of a list are read, each by the cursor of the one before.
    """

    name: str
    method: str
    route: str
    values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    users: Sequence[str] = USERS
    pages: int = 1

    @property
    def file(self) -> str:
        """Its golden file."""
        return f"api/{self.name.replace(' ', '-')}.json"

    @property
    def path(self) -> str:
        return self.route.format(**{name: quote(value, safe="") for name, value in self.values.items()})


async def answers(request: Request, clients: Mapping[str, httpx.AsyncClient], names: Names) -> dict[str, Any]:
    """What each user is answered; an answer equal to another user's is named and not repeated."""
    shown: dict[str, Any] = {"request": f"{request.method} {request.path}"}
    if request.query:
        shown["query"] = dict(request.query)
    if request.body is not None:
        shown["sent"] = request.body
    if request.content is not None:
        shown["sent"] = request.content.decode()
    told: dict[str, Any] = {}
    for user in request.users:
        answer = await _answer(request, clients[user], names)
        told[user] = next((f"as {other}" for other, seen in told.items() if seen == answer), answer)
    return shown | told


async def _answer(request: Request, client: httpx.AsyncClient, names: Names) -> Any:
    pages: list[dict[str, Any]] = []
    query = dict(request.query)
    while len(pages) < request.pages:
        response = await client.request(
            request.method,
            request.path,
            params=query,
            content=request.content if request.body is None else json.dumps(request.body).encode(),
            headers={"Content-Type": "application/json", **request.headers},
        )
        body = _body(response, names)
        pages.append({"status": response.status_code, "headers": headers_of(response.headers), "body": body})
        cursor = body.get("next") if isinstance(body, dict) else None
        if cursor is None:
            break
        query["cursor"] = cursor
    return pages if request.pages > 1 else pages[0]


def _body(response: httpx.Response, names: Names) -> Any:
    text = names.normal(response.text)
    kind = response.headers.get("content-type", "").partition(";")[0]
    return json.loads(text) if kind in {"application/json", "application/problem+json"} else text.splitlines()
