"""Asks one question of any chat page: the profile says where things are, this says in which order.

What the site decides (captcha, login, refusal) is an answer without text; what may pass by itself is raised.
"""

import asyncio
from contextlib import AsyncExitStack

from playwright.async_api import Page

from answerlens_collection.answers.answer import Answer
from answerlens_collector.answer_wait import AnswerWait
from answerlens_collector.conversation import open_conversation, write_question
from answerlens_collector.failure_signs import Responses
from answerlens_collector.page_watch import PageWatch
from answerlens_collector.profile import SiteProfile
from answerlens_collector.reply_stream import ReplyStream
from answerlens_collector.sending import Sending
from answerlens_collector.site_errors import AnswerTimeoutError, NoAnswerError
from answerlens_common.browser.errors import page_errors
from answerlens_common.contracts.statuses import AnswerStatus

# What everything but the answer itself may take.
PREPARE_SECONDS = 60.0


async def ask(page: Page, profile: SiteProfile, question: str) -> Answer:
    """Ask `question` in a new conversation.

    Args:
        page: a page that no other question uses meanwhile; it may be used again after a normal return.
        profile: the site.
        question: one question.

    Raises:
        TransientError: the site or the page did not do what it should; it may a minute later.
        BrowserCrashedError: the page or its browser died.
    """
    limit = profile.finish.timeout_seconds
    try:
        async with asyncio.timeout(limit + PREPARE_SECONDS):
            with page_errors(page):
                return await _ask(page, profile, question, limit)
    except NoAnswerError as verdict:
        return Answer(status=AnswerStatus(verdict.status), error=verdict.reason)
    except TimeoutError as error:
        raise AnswerTimeoutError(profile.name, f"the page has hung for {limit + PREPARE_SECONDS:g} s") from error


async def _ask(page: Page, profile: SiteProfile, question: str, limit: float) -> Answer:
    async with AsyncExitStack() as held:
        responses = await held.enter_async_context(Responses(page, profile))
        place = await open_conversation(page, profile, responses)
        words = await write_question(place, profile, question)
        stream = None
        if profile.stream is not None:
            stream = await held.enter_async_context(ReplyStream(place, profile.stream))
        watch = await held.enter_async_context(PageWatch(place, profile, words))
        await Sending(place, profile, watch, stream, responses).send()
        return await AnswerWait(watch, profile, stream, responses).answer(limit)
