"""Sends the question, and makes sure that it was sent: one that was not is told at once, not at the end of the wait."""

import asyncio
from dataclasses import dataclass
from typing import Final

from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from answerlens_collector.failure_signs import Responses, raise_failure
from answerlens_collector.page_snapshot import PageSnapshot
from answerlens_collector.page_watch import PageWatch, Place
from answerlens_collector.profile import SiteProfile
from answerlens_collector.reply_stream import ReplyStream
from answerlens_collector.site_errors import NotSentError

SEND_MS: Final = 5_000
# How long a page may take to show that it has taken the question.
SENT_SECONDS: Final = 8.0
LOOK_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Sending:
    """One question that stands in the input of a page; `stream` is None where the profile knows none."""

    place: Place
    profile: SiteProfile
    watch: PageWatch
    stream: ReplyStream | None
    responses: Responses

    async def send(self) -> None:
        """Send what was written, and wait for a sign that it was taken.

        Raises:
            NotSentError: there was no such sign: the question was not asked.
        """
        address = self.place.url
        self.responses.forget()
        await self._press()
        clock = asyncio.get_running_loop().time
        end = clock() + SENT_SECONDS
        seen = await self.watch.look()
        while not self._is_sent(seen, address):
            raise_failure(self.profile, seen, self.responses)
            if clock() > end:
                reason = f"{self._not_taken(seen)}, and {self._no_request}"
                raise NotSentError(self.profile.name, f"not sent within {SENT_SECONDS:g} s by {self._how}: {reason}")
            seen = await self.watch.change(LOOK_SECONDS, LOOK_SECONDS)

    async def _press(self) -> None:
        send = self.profile.send
        try:
            if send.key is not None:
                field = self.place.locator(f"css={self.profile.input.selector}").first
                await field.press(send.key, timeout=SEND_MS)
            else:
                await self.place.locator(f"css={send.click}").first.click(timeout=SEND_MS)
        except PlaywrightTimeoutError as error:
            found = await self.place.locator(f"css={send.click or self.profile.input.selector}").count()
            why = "it is hidden, covered or disabled" if found else "nothing matches it"
            raise NotSentError(self.profile.name, f"cannot send by {self._how}: {why}") from error

    def _is_sent(self, seen: PageSnapshot, address: str) -> bool:
        asked = self.stream.requested if self.stream is not None else self.responses.sent > 0
        begun = seen.answered or seen.was_busy or seen.questioned
        # a page that is not connected yet may clear its input and send nothing
        taken = self.profile.dom.question is None and not seen.held
        return asked or begun or taken or seen.place != address

    def _not_taken(self, seen: PageSnapshot) -> str:
        if seen.held:
            return f"{self.profile.input.selector!r} still holds the question"
        return f"no new element matches dom.question {self.profile.dom.question!r}"

    @property
    def _how(self) -> str:
        send = self.profile.send
        return f"key {send.key!r}" if send.key is not None else f"a click on {send.click!r}"

    @property
    def _no_request(self) -> str:
        stream = self.profile.stream
        return "the page made no request" if stream is None else f"no request matches {stream.url_pattern!r}"
