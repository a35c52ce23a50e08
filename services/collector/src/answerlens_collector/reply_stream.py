"""Reads the answer's bytes off the page's own request, while they arrive.

Playwright's `Response.body()` will not do: it gives nothing of a stream that breaks, and a stream that names no
charset comes back mangled, decoded as windows-1252. The DevTools protocol hands out the raw bytes; only a response that
was over before we could ask has to be fetched whole, and then the mangling is undone here.
"""

import asyncio
import base64
import contextlib
import re
from http import HTTPStatus
from typing import Any, Self

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from answerlens_collector.decoders import DECODERS, Decoder, Reply
from answerlens_collector.profile import Stream

DETACH_SECONDS = 3.0


class ReplyStream:
    """Enter it before the question is sent; it takes the first request that the profile describes.

    Attributes:
        status: the HTTP status, or None while there is no response.
        ended: whether the response is over, well or badly.
        error: the network error it ended with, or "".
    """

    def __init__(self, page: Page, stream: Stream) -> None:
        self.status: int | None = None
        self.error = ""
        self._page = page
        self._method = stream.method
        self._url = re.compile(stream.url_pattern)
        self._decoder: Decoder = DECODERS[stream.decoder]()
        self._request: str | None = None
        self._opening: asyncio.Task[bool] | None = None
        self._early: list[bytes] | None = []  # what arrives while the stream is being opened
        self._over = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._session: CDPSession = await self._page.context.new_cdp_session(self._page)
        self._session.on("Network.requestWillBeSent", self._requested)
        self._session.on("Network.responseReceived", self._responded)
        self._session.on("Network.dataReceived", self._received)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.on("Network.loadingFailed", self._failed)
        await self._session.send("Network.enable")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._opening is not None:
            self._opening.cancel()
        # a page that hangs does not answer this either
        with contextlib.suppress(PlaywrightError, TimeoutError):
            await asyncio.wait_for(self._session.detach(), DETACH_SECONDS)

    @property
    def ended(self) -> bool:
        """Whether the response is over."""
        return self._over.is_set()

    @property
    def refused(self) -> bool:
        """Whether the server answered with an error."""
        return self.status is not None and self.status >= HTTPStatus.BAD_REQUEST

    async def wait(self, seconds: float) -> None:
        """Return when the response is over, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    async def reply(self) -> Reply:
        """What has been read so far; after the end, all there is."""
        if self.ended and self._opening is not None and not await self._opening:
            self._opening = None
            await self._fetch_whole()
        return self._decoder.reply()

    def _requested(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if self._request is None and request["method"] == self._method and self._url.search(request["url"]):
            self._request = event["requestId"]

    def _responded(self, event: dict[str, Any]) -> None:
        if event["requestId"] == self._request and self._opening is None:
            self.status = event["response"]["status"]
            self._opening = asyncio.create_task(self._open())

    async def _open(self) -> bool:
        """Ask for the raw bytes from the first on; False when the response was over before."""
        try:
            begun = await self._session.send("Network.streamResourceContent", {"requestId": self._request})
        except PlaywrightError:
            return False
        self._decoder.feed(base64.b64decode(begun["bufferedData"]))
        for chunk in self._early or ():
            self._decoder.feed(chunk)
        self._early = None
        return True

    def _received(self, event: dict[str, Any]) -> None:
        if event["requestId"] != self._request or not event.get("data"):
            return
        chunk = base64.b64decode(event["data"])
        if self._early is None:
            self._decoder.feed(chunk)
        else:
            self._early.append(chunk)

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] == self._request:
            self._over.set()

    def _failed(self, event: dict[str, Any]) -> None:
        if event["requestId"] == self._request:
            self.error = event["errorText"]
            self._over.set()

    async def _fetch_whole(self) -> None:
        try:
            body = await self._session.send("Network.getResponseBody", {"requestId": self._request})
        except PlaywrightError as error:
            self.error = self.error or error.message.split("\n", 1)[0]
            return
        text = body["body"]
        self._decoder.feed(base64.b64decode(text) if body["base64Encoded"] else original_bytes(text))


# windows-1252 as browsers decode it: every byte has a character, the five unassigned ones their control character
WINDOWS_1252 = {bytes([byte]).decode("cp1252", errors="ignore") or chr(byte): byte for byte in range(256)}


def original_bytes(text: str) -> bytes:
    """The bytes of a body that the browser has decoded: as UTF-8, or wrongly as windows-1252."""
    try:
        mangled = bytes(WINDOWS_1252[character] for character in text)
        mangled.decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text.encode("utf-8")
    return mangled
