"""Circuit breakers, shared by all replicas: a system that is in trouble is left alone for a while, and then asked once.

    closed ──so many failures in a row──▶ open ──its time is over──▶ half-open ──the probe succeeds──▶ closed
                                           ▲───────────────the probe fails───────────────┘

`guard` stands where the outside is asked, and nowhere else; `wait` stands where work begins. A breaker is a row of
PostgreSQL and every decision is one statement by its clock: `rows`. See docs/decisions/0008.
"""

from answerlens_common.limits.breakers.breakers import Breakers, Call
from answerlens_common.limits.breakers.errors import BreakerOpenError
from answerlens_common.limits.breakers.names import (
    LLM_API,
    PLAYWRIGHT,
    ZHIHU_API,
    ZHIHU_SEARCH,
    Settings,
    defaults,
    engine_breaker,
    known,
)

__all__ = [
    "LLM_API",
    "PLAYWRIGHT",
    "ZHIHU_API",
    "ZHIHU_SEARCH",
    "BreakerOpenError",
    "Breakers",
    "Call",
    "Settings",
    "defaults",
    "engine_breaker",
    "known",
]
