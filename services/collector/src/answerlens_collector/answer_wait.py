"""Waits for the answer to a question that was sent.

It is taken from the page's own network stream when that ends well, else from the page itself: when the page shows that
it is complete, and nothing of it changes any more. Signs of failure are looked for all the while.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Self

from answerlens_collection.answers.answer import Answer, storable
from answerlens_collector.decoders import Reply
from answerlens_collector.failure_signs import (
    RENEW_SECONDS,
    Responses,
    raise_failure,
    raise_for,
    raise_http_failure,
    raise_said,
)
from answerlens_collector.links import Citations, cited_on_page, page_links, page_listed, stream_links, stream_listed
from answerlens_collector.page_snapshot import PageSnapshot
from answerlens_collector.page_watch import PageWatch
from answerlens_collector.profile import SiteProfile
from answerlens_collector.reply_stream import ReplyStream
from answerlens_collector.silence import seen_instead
from answerlens_collector.site_errors import AnswerTimeoutError, BrokenStreamError
from answerlens_collector.steps import take_steps
from answerlens_common.contracts.statuses import AnswerStatus

# How long a page may take to show why a request was refused, or to paint what the stream has brought.
PAINT_SECONDS = 2.0
PAINT_LOOK_SECONDS = 0.2
# The longest between two looks at a page in which nothing changes: its address may.
LOOK_SECONDS = 1.0
# Sources may follow the answer's end in a stream that stays open.
LATE_SECONDS = 1.0
# How much longer than what a broken stream gave the page's text must be to count as the whole answer.
WHOLE_RATIO = 1.3
# The same, where only the end was not understood and the page shows its own.
SAME_RATIO = 0.9


@dataclass
class AnswerWait:
    """One question on one page; `stream` is None where the profile knows none."""

    watch: PageWatch
    profile: SiteProfile
    stream: ReplyStream | None
    responses: Responses
    _whole: tuple[Reply, float] | None = field(default=None, init=False)

    async def answer(self, limit: float) -> Answer:
        """The answer, within `limit` seconds; see `driver.ask` for what is raised."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + limit
        seen: PageSnapshot | None = None
        async with _News() as news:
            while (left := deadline - clock()) > 0:
                wait = min(left, LOOK_SECONDS)
                stream = self.stream
                if stream is not None and not stream.ended:
                    news.ask("stream", stream.wait(wait))
                news.ask("page", self.watch.change(self._quiet(seen), wait))
                told = await news.next(wait)
                if stream is not None and (answer := await self._from_stream(stream)) is not None:
                    return answer
                if "page" in told:
                    seen = told["page"]
                    self._raise_failure(seen)
                    if (answer := await self._from_page(seen)) is not None:
                        return answer
        reply = await self.stream.reply() if self.stream is not None else None
        instead = seen_instead(self.profile, seen, self.stream, reply)
        raise AnswerTimeoutError(self.profile.name, f"no complete answer after {limit:g} s: {instead}")

    def _quiet(self, seen: PageSnapshot | None) -> float:
        """For how long nothing must change until the page is looked at again."""
        finish = self.profile.finish
        rests = seen is not None and seen.still >= finish.quiet_seconds
        return finish.still_seconds if rests else finish.quiet_seconds

    async def _from_stream(self, stream: ReplyStream) -> Answer | None:
        """The stream's reply when it has said all; None while it goes on, and when it broke off."""
        reply = await stream.reply()
        if stream.refused or reply.failure is not None:
            # what the page makes of it says more than a number, and it may ask once more with a new token
            renewals = stream.renewals
            may_renew = stream.status == HTTPStatus.UNAUTHORIZED and not renewals
            await self._painted(lambda _: stream.renewals > renewals, RENEW_SECONDS if may_renew else PAINT_SECONDS)
            if stream.renewals > renewals:
                return None
            raise_http_failure(self.profile, stream.status)
        if reply.failure is not None and reply.failure != "refused":
            raise_for(self.profile, reply.failure, f"the stream says: {reply.finish_reason}")
        if not reply.is_whole:
            self._whole = None
            return None
        now = asyncio.get_running_loop().time()
        if not stream.ended:
            if self._whole is None or self._whole[0] != reply:
                self._whole = (reply, now)
            if now - self._whole[1] < LATE_SECONDS:
                return None
        return await self._whole_reply(reply)

    async def _whole_reply(self, reply: Reply) -> Answer:
        dom = self.profile.dom
        on_page = not reply.citations_known and dom.links_cited is not None
        opened = bool(self.profile.after) and dom.links_listed is not None and not reply.sources
        seen = None
        if on_page or opened or not reply.text:
            seen = await self._with_sources(await self._painted(self._shows_all))
        if on_page and seen is not None:
            found = cited_on_page(stream_listed(reply) or page_listed(seen), seen)
        elif opened and seen is not None:
            found = Citations(page_links(seen).links, known=False)
        else:
            found = Citations(stream_links(reply), known=reply.citations_known)
        return self._answer(reply.text or (seen.text if seen is not None else ""), reply, found)

    async def _from_page(self, seen: PageSnapshot) -> Answer | None:
        """The page's own text, once the page has come to rest, unless a stream still promises more."""
        finish = self.profile.finish
        stream = self.stream
        if seen.text and seen.still >= finish.quiet_seconds:
            raise_said(self.profile, seen.text)
        complete = seen.is_complete(self.profile)
        reply = await stream.reply() if stream is not None else None
        if stream is not None and reply is not None:
            if stream.ended:
                if seen.still < (finish.quiet_seconds if complete else finish.still_seconds):
                    return None
                if not (complete and self._says_more(seen, stream, reply)):
                    instead = seen_instead(self.profile, seen, stream, reply)
                    reason = f"the stream broke off: {stream.error or 'it has no end'}; {instead}"
                    raise BrokenStreamError(self.profile.name, reason)
            elif not seen.text or not self.profile.dom.shows_end or seen.still < finish.still_seconds:
                # a page may stand still while it searches: only its own signs of the end count, and the stream first
                return None
        if not complete:
            return None
        seen = await self._with_sources(seen)
        listed = stream_listed(reply) if reply is not None else []
        found = cited_on_page(listed, seen) if listed else page_links(seen)
        if self.profile.dom.links_cited is None:
            found = Citations(found.links, known=False)
        return self._answer(seen.text, reply, found)

    async def _with_sources(self, seen: PageSnapshot) -> PageSnapshot:
        """The same answer, and the sources that the page shows after the profile's steps."""
        if not self.profile.after:
            return seen
        await take_steps(self.watch.place, self.profile, self.profile.after)
        later = await self.watch.look()
        self._raise_failure(later)
        return replace(seen, cited=later.cited, listed=later.listed, marks=later.marks)

    def _says_more(self, seen: PageSnapshot, stream: ReplyStream, reply: Reply) -> bool:
        """Whether a complete page has the whole answer, of which the stream has had no end that is known."""
        ended_well = not stream.error and not reply.broken_frames and self.profile.dom.shows_end
        return len(seen.text) > (SAME_RATIO if ended_well else WHOLE_RATIO) * len(reply.text)

    async def _painted(self, enough: Callable[[PageSnapshot], bool], seconds: float = PAINT_SECONDS) -> PageSnapshot:
        """Look at the page until it is `enough`, or for a moment."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        seen = await self.watch.look()
        while True:
            self._raise_failure(seen)
            if enough(seen) or (left := end - clock()) <= 0:
                return seen
            seen = await self.watch.change(self.profile.finish.quiet_seconds, min(left, PAINT_LOOK_SECONDS))

    def _shows_all(self, seen: PageSnapshot) -> bool:
        return seen.is_painted(self.profile)

    def _raise_failure(self, seen: PageSnapshot) -> None:
        raise_failure(self.profile, seen, self.responses)

    def _answer(self, text: str, reply: Reply | None, found: Citations) -> Answer:
        text = storable(text)
        raise_said(self.profile, text)
        refused = (reply is not None and reply.failure == "refused") or self.profile.is_refusal(text)
        return Answer(
            status=AnswerStatus.REFUSED if refused else AnswerStatus.OK if text else AnswerStatus.EMPTY,
            text=text,
            reasoning=reply.reasoning if reply else "",
            links=found.links,
            search_ran=reply.search_ran if reply else (True if found.links else None),
            citations_known=found.known,
            finish_reason=reply.finish_reason if reply else None,
            queries=reply.queries if reply else (),
        )


class _News:
    """Waits for several things at once; each goes on being waited for until it has come."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Task[Any]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._waiting.values():
            task.cancel()
        await asyncio.gather(*self._waiting.values(), return_exceptions=True)

    def ask(self, name: str, coming: Coroutine[Any, Any, Any]) -> None:
        """Wait for `coming` under this name, unless that is waited for already."""
        if name in self._waiting:
            coming.close()
        else:
            self._waiting[name] = asyncio.create_task(coming)

    async def next(self, most: float) -> dict[str, Any]:
        """What has come when the first has, by name; nothing after `most` seconds."""
        done, _ = await asyncio.wait(self._waiting.values(), timeout=most, return_when=asyncio.FIRST_COMPLETED)
        return {name: self._waiting.pop(name).result() for name, task in [*self._waiting.items()] if task in done}
