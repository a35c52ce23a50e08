"""Reads the answer's bytes off the page's own request, while they arrive.

Playwright's `Response.body()` will not do: it gives nothing of a stream that breaks, and a stream that names no
charset comes back mangled, decoded as windows-1252. The DevTools protocol hands out the raw bytes; only a response that
was over before we could ask has to be fetched whole, and then the mangling is undone here.
"""

import asyncio
import base64
import contextlib
from http import HTTPStatus
from typing import Any, Self

from playwright.async_api import CDPSession, Frame, Page
from playwright.async_api import Error as PlaywrightError

from answerlens_collector.decoders import DECODERS, Decoder, Reply
from answerlens_collector.profile import Stream
from answerlens_collector.profile.patterns import is_found

DETACH_SECONDS = 3.0


class ReplyStream:
    """Enter it before the question is sent; it takes the first request that the profile describes.

    Attributes:
        status: the HTTP status, or None while there is no response.
        received: how many bytes have come.
        renewals: how often a request that was refused for want of a login was followed by another: once at most.
        ended: whether the response is over, well or badly.
        error: the network error it ended with, or "".
    """

    def __init__(self, place: Page | Frame, stream: Stream) -> None:
        self.renewals = 0
        self._place = place
        self._stream = stream
        self._over = asyncio.Event()
        self._request: str | None = None
        self._begin()

    def _begin(self) -> None:
        self.status: int | None = None
        self.error = ""
        self.received = 0
        self._decoder: Decoder = DECODERS[self._stream.decoder]()
        self._opening: asyncio.Task[bool] | None = None
        self._early: list[bytes] | None = []  # what arrives while the stream is being opened
        self._over.clear()

    async def __aenter__(self) -> Self:
        self._session: CDPSession = await _session(self._place)
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
    def requested(self) -> bool:
        """Whether the page has made the request."""
        return self._request is not None

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
        opening = self._opening
        if self.ended and opening is not None and not await opening and opening is self._opening:
            self._opening = None
            await self._fetch_whole()
        return self._decoder.reply()

    def _requested(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if request["method"] != self._stream.method or not is_found(self._stream.url_pattern, request["url"]):
            return
        if self._request is None:
            self._request = event["requestId"]
        elif self.status == HTTPStatus.UNAUTHORIZED and self.renewals == 0 and event["requestId"] != self._request:
            # the page has got itself a new token
            self.renewals += 1
            self._begin()
            self._request = event["requestId"]

    def _responded(self, event: dict[str, Any]) -> None:
        if self._request is not None and event["requestId"] == self._request and self._opening is None:
            self.status = event["response"]["status"]
            self._opening = asyncio.create_task(self._open(self._request))

    async def _open(self, request: str) -> bool:
        """Ask for the raw bytes from the first on; False when the response was over before."""
        try:
            begun = await self._session.send("Network.streamResourceContent", {"requestId": request})
        except PlaywrightError:
            return False
        if request != self._request:
            return True
        self._feed(base64.b64decode(begun["bufferedData"]))
        for chunk in self._early or ():
            self._feed(chunk)
        self._early = None
        return True

    def _received(self, event: dict[str, Any]) -> None:
        if event["requestId"] != self._request or not event.get("data"):
            return
        chunk = base64.b64decode(event["data"])
        if self._early is None:
            self._feed(chunk)
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
        self._feed(base64.b64decode(text) if body["base64Encoded"] else original_bytes(text))

    def _feed(self, chunk: bytes) -> None:
        self.received += len(chunk)
        self._decoder.feed(chunk)


async def _session(place: Page | Frame) -> CDPSession:
    if isinstance(place, Page):
        return await place.context.new_cdp_session(place)
    context = place.page.context
    try:
        # a frame of another site has a process, and so a session, of its own
        return await context.new_cdp_session(place)
    except PlaywrightError:
        return await context.new_cdp_session(place.page)


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
