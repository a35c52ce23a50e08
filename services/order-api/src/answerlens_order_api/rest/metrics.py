"""What the API measures of its requests."""

import time
from http import HTTPMethod

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

requests = Counter(
    "answerlens_http_requests_total", "Requests by how they were answered", ["route", "method", "status"]
)
duration = Histogram(
    "answerlens_http_request_duration_seconds", "From the request to the first byte of its answer", ["route", "method"]
)


class RequestMetrics:
    """ASGI middleware. A stream counts as answered when it begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route, method = _labels(scope)
                requests.labels(route, method, message["status"]).inc()
                duration.labels(route, method).observe(time.monotonic() - started)
            await send(message)

        await self._app(scope, receive, counted)


def _labels(scope: Scope) -> tuple[str, str]:
    """The route's template and the method: neither is a word of the client's choice."""
    route = getattr(scope.get("route"), "path", "none")
    method = scope["method"] if scope["method"] in HTTPMethod.__members__ else "other"
    return route, method
