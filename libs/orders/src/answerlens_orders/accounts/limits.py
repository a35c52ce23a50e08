"""How often a key, and an address without one, may ask: counted over all replicas (`limits.rate_limit`)."""

import math
import time
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import LimitReachedError
from answerlens_common.limits import rate_limit

# Keys that are refused are remembered here, for so many at once at most.
MOST_REMEMBERED = 10_000
_REQUESTS = "requests with one key"
# Looking for names is most of what an analysis costs: 1 to so many names count as one order, up to twice
# as many as two.
NAMES_AN_ORDER = 50


class LimitSettings(BaseSettings):
    """How many a minute, on average; as many may come at once."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LIMIT_")

    requests_per_minute: int = Field(default=600, ge=1, description="with one key")
    orders_per_minute: int = Field(
        default=120, ge=1, description="placed or analysed again with one key; one with many names counts as several"
    )
    # each request in work costs those of all other keys a turn of the event loop
    requests_at_once: int = Field(default=2, ge=1, description="with one key, or without one from one address")
    requests_waiting: int = Field(default=256, ge=0, description="the same, for one of those to be answered")
    streams_per_key: int = Field(default=20, ge=1, description="event streams with one key, in one process")
    streams: int = Field(default=300, ge=1, description="event streams in one process")
    work_seconds_per_minute: int = Field(default=20, ge=1, description="of a processor, with one key")
    keyless_requests_per_minute: int = Field(default=60, ge=1, description="without a valid key, from one address")


class Limits:
    """Lets requests pass, or ends them with a `LimitReachedError`.

    A refusal is remembered until it ends, so that a flood of requests writes nothing.
    """

    def __init__(self, db: Database, settings: LimitSettings) -> None:
        self._db = db
        self.settings = settings
        self._refused: dict[str, float] = {}

    def recall(self, key_sha256: str) -> None:
        """A request with a key that has not been looked up yet.

        Raises:
            LimitReachedError: it has been refused, until a moment that is still to come.
        """
        self._refuse(f"key:{key_sha256}", f"{self.settings.requests_per_minute} {_REQUESTS}")

    async def request(self, tx: Transaction, user_id: UUID, key_sha256: str) -> None:
        """A request with this user's key."""
        limit = self.settings.requests_per_minute
        seconds = await rate_limit.take(tx, f"requests:{user_id}", limit, limit)
        self._remember(f"key:{key_sha256}", seconds)
        self.recall(key_sha256)

    async def order(self, user_id: UUID, names: int) -> None:
        """An order with so many names that is placed, or analysed again, with this user's key."""
        limit, name = self.settings.orders_per_minute, f"orders:{user_id}"
        take = partial(rate_limit.take, self._db, name, limit, limit, math.ceil(names / NAMES_AN_ORDER))
        await self._ask(name, take, f"{limit} orders of {NAMES_AN_ORDER} names with one key")

    async def work(self, user_id: UUID) -> None:
        """Heavy work with this user's key is about to begin."""
        limit = self.settings.work_seconds_per_minute
        name = f"work:{user_id}"
        in_debt = partial(rate_limit.seconds_in_debt, self._db, name, limit, limit)
        await self._ask(name, in_debt, f"{limit} s of work with one key")

    async def worked(self, user_id: UUID, seconds: float) -> None:
        """What heavy work with this user's key has cost, in seconds of a processor."""
        if seconds:
            await rate_limit.spend(self._db, f"work:{user_id}", self.settings.work_seconds_per_minute, seconds)

    async def keyless(self, address: str) -> None:
        """A request without a valid key."""
        limit = self.settings.keyless_requests_per_minute
        name = f"keyless:{address}"
        take = partial(rate_limit.take, self._db, name, limit, limit)
        await self._ask(name, take, f"{limit} requests without a valid key")

    async def _ask(self, name: str, ask: Callable[[], Awaitable[float]], limit: str) -> None:
        self._refuse(name, limit)
        self._remember(name, await ask())
        self._refuse(name, limit)

    def _remember(self, name: str, seconds: float) -> None:
        """That it is refused for so long; not at all when it is for 0 s."""
        self._refused.pop(name, None)
        if seconds:
            if len(self._refused) >= MOST_REMEMBERED:
                self._refused.clear()
            self._refused[name] = time.monotonic() + seconds

    def _refuse(self, name: str, limit: str) -> None:
        """End the request while it is refused."""
        seconds = self._refused.get(name, 0.0) - time.monotonic()
        if seconds <= 0:
            return
        wait = math.ceil(seconds)
        detail = f"at most {limit} a minute; try again in {wait} s"
        raise LimitReachedError(detail, wait)
