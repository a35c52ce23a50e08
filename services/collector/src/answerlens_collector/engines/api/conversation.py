"""One question to a provider: its rounds of tools, its waits, its time."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from answerlens_collection.answers.answer import Answer
from answerlens_collector.decoders.shapes import items, mapping, text
from answerlens_collector.engines.api.failures import ProviderError
from answerlens_collector.engines.api.outcomes import Outcome
from answerlens_collector.engines.api.profile import ApiProfile
from answerlens_collector.engines.api.reading import finish_reason, read
from answerlens_collector.engines.api.request import address_for, body_for
from answerlens_collector.engines.api.transport import request
from answerlens_collector.engines.engine import Question
from answerlens_collector.site_errors import AnswerTimeoutError
from answerlens_common.contracts.statuses import AnswerStatus


class Rest:
    """When the provider wants to be asked again, as it has told this process."""

    def __init__(self) -> None:
        self._until = 0.0

    def prolong(self, seconds: float) -> None:
        """Ask nothing for so long."""
        self._until = max(self._until, asyncio.get_running_loop().time() + seconds)

    async def over(self) -> None:
        """Return when the provider may be asked."""
        left = self._until - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)
            await self.over()  # another question may have been told to wait longer


@dataclass
class Conversation:
    """One question.

    Attributes:
        key: what must not be repeated.
    """

    client: httpx.AsyncClient
    profile: ApiProfile
    key: str
    rest: Rest
    question: Question
    _waited: int = field(default=0, init=False)

    async def answer(self) -> Answer:
        """The answer, or what the provider has decided.

        Raises:
            TransientError: the provider could not be asked or did not answer properly; it may a minute later.
        """
        profile, limit = self.profile, self.profile.limits.seconds
        try:
            async with asyncio.timeout(limit):
                return await self._rounds()
        except ProviderError as error:
            # a provider may repeat what it was sent
            reason = error.reason.replace(self.key, "…") if self.key else error.reason
            if error.outcome.may_pass:
                raise error.as_site_error(profile.name, reason) from None
            reason = f"{profile.name}: {reason}"
            return Answer(status=AnswerStatus(error.outcome.value), error=reason, requested_model=profile.model)
        except TimeoutError:
            raise AnswerTimeoutError(profile.name, f"no complete answer after {limit:g} s") from None

    async def _rounds(self) -> Answer:
        body, address = body_for(self.profile, self.question), address_for(self.profile, self.question)
        loop = self.profile.tool_loop
        replies = [await self._send(address, body)]
        while loop and finish_reason(self.profile, replies[-1]) == loop.reason:
            if len(replies) > loop.rounds:
                raise ProviderError(Outcome.FAILED, f"it still calls tools after {loop.rounds} rounds")
            body = {**body, "messages": [*body["messages"], *_echo(replies[-1], loop.echo)]}
            replies.append(await self._send(address, body))
        return read(self.profile, replies)

    async def _send(self, address: str, body: dict[str, Any]) -> dict[str, Any]:
        """One reply; a provider that says when to ask again is asked again then, a few times."""
        patience = self.profile.retry_after
        while True:
            try:
                return await request(self.client, self.profile, address, body)
            except ProviderError as error:
                if error.wait is None or not error.outcome.may_pass:
                    raise
                # the other questions of this process wait too
                self.rest.prolong(min(error.wait, patience.most_seconds))
                if self._waited >= patience.times or error.wait > patience.most_seconds:
                    raise
            self._waited += 1
            await self.rest.over()


def _echo(reply: dict[str, Any], tools: tuple[str, ...]) -> list[dict[str, Any]]:
    """What the provider wants to hear: its own message again, and to each call its arguments as the result."""
    choice = mapping(next(iter(items(reply.get("choices"))), None))
    message = mapping(choice.get("message"))
    calls = [mapping(call) for call in items(message.get("tool_calls"))]
    told: list[dict[str, Any]] = [message]
    for call in calls:
        function = mapping(call.get("function"))
        name = text(function.get("name"))
        if name not in tools:
            raise ProviderError(Outcome.FAILED, f"it calls a tool that its file does not name: {name[:50]}")
        told.append(
            {
                "role": "tool",
                "tool_call_id": text(call.get("id")),
                "name": name,
                "content": text(function.get("arguments")),
            }
        )
    if not calls:
        raise ProviderError(Outcome.FAILED, "it says that it calls tools, and calls none")
    return told
