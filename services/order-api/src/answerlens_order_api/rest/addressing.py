"""What a request's method and path mean before a route is looked for: HEAD, OPTIONS, a slash at the end.

Starlette looks at one route at a time, each with one method: its 405 would name that method alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus

from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from answerlens_order_api.rest.problems import ProblemError, problem_response


@dataclass(frozen=True)
class Offered:
    """Every route of the application."""

    routes: Sequence[Route]

    def methods(self, path: str) -> list[str]:
        """What may be done with a path, in alphabetical order; nothing when there is no such path.

        HEAD goes with GET, except where the answer is a stream: it has no end to wait for.
        """
        found = [route for route in self.routes if route.path_regex.match(path)]
        methods = {str(method) for route in found for method in route.methods or ()}
        if HTTPMethod.GET in methods and not any(map(_is_stream, found)):
            methods.add(str(HTTPMethod.HEAD))
        return sorted(methods | {str(HTTPMethod.OPTIONS)}) if methods else []


class Addressing:
    """ASGI middleware: answers OPTIONS, and what a path does not offer; gives HEAD what GET would get."""

    def __init__(self, app: ASGIApp, offered: Offered) -> None:
        self._app = app
        self._offered = offered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _drop_slash(scope)
        methods = self._offered.methods(scope["path"])
        allow = {"Allow": ", ".join(methods)}
        if methods and scope["method"] not in methods:
            error = ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, f"this path offers {allow['Allow']}", headers=allow)
            await problem_response(Request(scope), error)(scope, receive, send)
        elif methods and scope["method"] == HTTPMethod.OPTIONS:
            await Response(status_code=HTTPStatus.NO_CONTENT, headers=allow)(scope, receive, send)
        elif methods and scope["method"] == HTTPMethod.HEAD:
            asked = {**scope, "method": str(HTTPMethod.GET)}
            await self._app(asked, receive, _without_body(scope, asked, send))
        else:
            await self._app(scope, receive, send)


def _is_stream(route: Route) -> bool:
    return isinstance(route, APIRoute) and route.response_class is EventSourceResponse


def _drop_slash(scope: Scope) -> None:
    """Let a path mean the same with a slash at its end; an encoded one (%2F) belongs to a name."""
    raw = scope.get("raw_path") or scope["path"].encode()
    if len(raw) > 1 and raw.endswith(b"/"):
        scope["path"], scope["raw_path"] = scope["path"][:-1], raw[:-1]


def _without_body(scope: Scope, asked: Scope, send: Send) -> Send:
    async def head(message: Message) -> None:
        if "route" in asked:
            scope["route"] = asked["route"]  # requests are counted by route
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return head
