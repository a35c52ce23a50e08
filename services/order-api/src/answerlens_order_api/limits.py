"""How often a key, and an address without one, may ask: counted over all replicas (`answerlens_common.rate_limit`)."""

import math
import time
from http import HTTPStatus
from uuid import UUID

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common import rate_limit
from answerlens_common.db import Database
from answerlens_order_api.problems import ProblemError

# Who is refused is remembered here, for so many at once at most.
MOST_REMEMBERED = 10_000


class LimitSettings(BaseSettings):
    """How many a minute, on average; as many may come at once."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LIMIT_")

    requests_per_minute: int = Field(default=600, ge=1, description="with one key")
    orders_per_minute: int = Field(default=120, ge=1, description="placed with one key")
    keyless_requests_per_minute: int = Field(default=60, ge=1, description="without a valid key, from one address")


class Limits:
    """Lets requests pass, or ends them with a 429.

    A refusal is remembered until it ends, so that a flood writes nothing: nobody is let in before that anyway.
    """

    def __init__(self, db: Database, settings: LimitSettings) -> None:
        self._db = db
        self._settings = settings
        self._refused: dict[str, float] = {}

    async def request(self, user_id: UUID) -> None:
        """A request with this user's key."""
        await self._count(f"requests:{user_id}", self._settings.requests_per_minute, "requests with one key")

    async def order(self, user_id: UUID) -> None:
        """An order that is placed with this user's key."""
        await self._count(f"orders:{user_id}", self._settings.orders_per_minute, "orders with one key")

    async def keyless(self, address: str) -> None:
        """A request without a valid key."""
        limit = self._settings.keyless_requests_per_minute
        await self._count(f"keyless:{address}", limit, "requests without a valid key")

    async def _count(self, name: str, limit: int, what: str) -> None:
        seconds = self._refused.get(name, 0.0) - time.monotonic()
        if seconds <= 0:
            self._refused.pop(name, None)
            seconds = await rate_limit.take(self._db, name, limit, limit)
            if not seconds:
                return
            if len(self._refused) >= MOST_REMEMBERED:
                self._refused.clear()
            self._refused[name] = time.monotonic() + seconds
        wait = math.ceil(seconds)
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"at most {limit} {what} a minute; try again in {wait} s",
            headers={"Retry-After": str(wait)},
        )
