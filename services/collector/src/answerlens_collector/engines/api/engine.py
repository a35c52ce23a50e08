"""A provider's API as an engine: so many questions at once, and a key from the environment."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from answerlens_collection.answers.answer import Answer
from answerlens_collector.engines.api.conversation import Conversation, Rest
from answerlens_collector.engines.api.profile import ApiProfile
from answerlens_collector.engines.api.transport import client_of
from answerlens_collector.engines.engine import Ask, Question
from answerlens_collector.fair_semaphore import FairSemaphore
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.limits.breakers import engine_breaker


class ApiEngine:
    """A provider, and the connections that are open to it. What it answers is never taken from a cache."""

    def __init__(self, profile: ApiProfile, environment: Mapping[str, str] = os.environ) -> None:
        self.name = profile.name
        self.places = profile.pacing.parallel
        self.seconds_between_asks = profile.pacing.min_seconds_between_asks
        self.breakers: tuple[str, ...] = (engine_breaker(profile.name),)
        self._profile = profile
        self._key = environment.get(profile.key_variable or "", "")
        self._client = client_of(profile, self._key)
        self._places = FairSemaphore(self.places)
        self._rest = Rest()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def place(self, *, urgent: bool) -> AsyncIterator[Ask]:
        """A place at the provider; see `Conversation.answer` for what is raised."""
        async with self._places.turn(urgent=urgent):
            await self._rest.over()

            async def put(question: Question) -> Answer:
                variable = self._profile.key_variable
                if variable and not self._key:
                    reason = f"{self.name}: there is no key: the collector's environment has no {variable}"
                    return Answer(status=AnswerStatus.LOGIN_REQUIRED, error=reason)
                return await Conversation(self._client, self._profile, self._key, self._rest, question).answer()

            yield put
