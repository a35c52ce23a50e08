"""What every answer says to browsers and caches, also those that no route has made."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""A policy for what is no page: it may load nothing, and nothing may frame it."""
REVALIDATED: Final = {"Cache-Control": "no-cache"}
"""For what is no secret: kept, but asked after each time."""
SAID: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": NOTHING,
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
_STREAM = "text/event-stream"


class SaidToBrowsers:
    """ASGI middleware. A route may say something else of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith(_STREAM):
                    # FastAPI lets streams be stored
                    headers["Cache-Control"] = SAID["Cache-Control"]
                for name, value in SAID.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, told)
