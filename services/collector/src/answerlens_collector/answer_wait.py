"""Waits for the answer to a question that was sent.

It is taken from the page's own network stream when that ends well, else from the page itself: when the stop control is
gone and the text has stopped changing. Signs of failure are looked for all the while.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from playwright.async_api import Page

from answerlens_collection.answers.answer import Answer, Link, storable
from answerlens_collector.conversation import raise_failure, raise_for, raise_http_failure
from answerlens_collector.decoders import Reply
from answerlens_collector.links import cited_on_page, page_links, stream_links
from answerlens_collector.page_snapshot import PageSnapshot, take_snapshot
from answerlens_collector.profile import SiteProfile
from answerlens_collector.reply_stream import ReplyStream
from answerlens_collector.site_errors import AnswerTimeoutError, BrokenStreamError
from answerlens_common.contracts.statuses import AnswerStatus

# How long a page may take to show why a request was refused, or to paint what the stream has brought.
PAINT_SECONDS = 2.0
PAINT_LOOK_SECONDS = 0.1
# How much longer than what a broken stream gave the page's text must be to count as the whole answer.
WHOLE_RATIO = 1.3


@dataclass(frozen=True)
class AnswerWait:
    """One question on one page; `stream` is None where the profile knows none."""

    page: Page
    profile: SiteProfile
    stream: ReplyStream | None

    async def answer(self, limit: float) -> Answer:
        """The answer, within `limit` seconds; see `driver.ask` for what is raised."""
        finish, clock = self.profile.finish, asyncio.get_running_loop().time
        deadline = clock() + limit
        text = ""
        stable = 0
        listening, before = self.stream is not None, None
        while clock() < deadline:
            if self.stream is not None and listening:
                await self.stream.wait(finish.poll_seconds)
                listening = not self.stream.ended
                reply = await self._stream_verdict(self.stream)
                # sources may follow the answer's end, so a stream that stays open is given one more look
                if reply is not None and (not listening or reply == before):
                    return await self._from_stream(reply, marks_citations=self.stream.marks_citations)
                before = reply
            else:
                await asyncio.sleep(finish.poll_seconds)
            seen = await self._snapshot()
            stable = stable + 1 if seen.text == text else 0
            text = seen.text
            broke_off = self.stream is not None and not listening
            if stable >= finish.stable_polls and (broke_off or not seen.busy):
                answer = await self._from_page(seen, broke_off=broke_off)
                if answer is not None:
                    return answer
        raise AnswerTimeoutError(self.profile.name, f"no complete answer after {limit:g} s")

    async def _stream_verdict(self, stream: ReplyStream) -> Reply | None:
        """The stream's reply when it has said all; None while it goes on, and when it broke off."""
        reply = await stream.reply()
        if stream.refused or reply.failure is not None:
            # what the page makes of it says more than a number
            await self._painted(lambda _: False)
            raise_http_failure(self.profile, stream.status)
        if reply.failure is not None and reply.failure != "refused":
            raise_for(self.profile, reply.failure, f"the stream says: {reply.finish_reason}")
        return reply if reply.is_whole else None

    async def _from_stream(self, reply: Reply, *, marks_citations: bool) -> Answer:
        dom = self.profile.dom
        on_page = not marks_citations and dom.links_cited is not None
        seen = None
        if on_page or not reply.text:
            seen = await self._painted(lambda seen: seen.is_complete(dom))
        links = stream_links(reply)
        if seen is not None and on_page:
            links = cited_on_page(links, seen.cited)
        text = reply.text or (seen.text if seen is not None else "")
        return self._answer(text, reply, links, citations_known=marks_citations or on_page)

    async def _from_page(self, seen: PageSnapshot, *, broke_off: bool) -> Answer | None:
        """The page's own text, unless a stream still promises more; `seen` has stood still for a while."""
        dom, stream = self.profile.dom, self.stream
        complete = seen.is_complete(dom)
        reply = await stream.reply() if stream is not None else None
        if stream is not None and reply is not None:
            if broke_off:
                if not complete or len(seen.text) <= WHOLE_RATIO * len(reply.text):
                    reason = f"the stream broke off: {stream.error or 'it has no end'}"
                    raise BrokenStreamError(self.profile.name, reason)
            elif not seen.text or (dom.busy is None and dom.done is None):
                # a page may stand still while it searches: only its own signs of the end count
                return None
        if not complete:
            return None
        links = cited_on_page(stream_links(reply), seen.cited) if reply and reply.sources else page_links(seen)
        return self._answer(seen.text, reply, links, citations_known=dom.links_cited is not None)

    async def _painted(self, enough: Callable[[PageSnapshot], bool]) -> PageSnapshot:
        """Look at the page until it is `enough`, or for a moment."""
        end = asyncio.get_running_loop().time() + PAINT_SECONDS
        while True:
            seen = await self._snapshot()
            if enough(seen) or asyncio.get_running_loop().time() > end:
                return seen
            await asyncio.sleep(PAINT_LOOK_SECONDS)

    async def _snapshot(self) -> PageSnapshot:
        seen = await take_snapshot(self.page, self.profile)
        raise_failure(self.profile, seen)
        return seen

    def _answer(self, text: str, reply: Reply | None, links: tuple[Link, ...], *, citations_known: bool) -> Answer:
        text = storable(text)
        refused = (reply is not None and reply.failure == "refused") or self.profile.is_refusal(text)
        return Answer(
            status=AnswerStatus.REFUSED if refused else AnswerStatus.OK if text else AnswerStatus.EMPTY,
            text=text,
            reasoning=reply.reasoning if reply else "",
            links=links,
            search_ran=reply.search_ran if reply else (True if links else None),
            citations_known=citations_known,
            finish_reason=reply.finish_reason if reply else None,
            queries=reply.queries if reply else (),
        )
