"""Which names of an order contradict one another."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from answerlens_common.errors import FieldFault
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.brands.form import Brand, brands_of
from answerlens_orders.brands.naming import clashes


def contradictions(brand: Brand, competitors: Sequence[Brand]) -> list[FieldFault]:
    """Names and domains that stand for two brands at once: an answer with such a one would count for both."""
    return _errors(clashes(_fields(brand, competitors)))


async def contradictions_of(
    heavy: HeavyWork, user_id: UUID, brand: Brand, competitors: Sequence[Brand]
) -> list[FieldFault]:
    """The same, beside the event loop: 441 names take 60 ms.

    The tables of other spellings take 56 MB: only a process beside this one loads them.
    """
    if any(each.variants for each in (brand, *competitors)):
        return _errors(await heavy.run(user_id, clashes, _fields(brand, competitors)))
    return await asyncio.to_thread(contradictions, brand, competitors)


def _fields(brand: Brand, competitors: Sequence[Brand]) -> list[tuple[str, dict[str, Any]]]:
    return [(field, each.model_dump()) for field, each in brands_of(brand, competitors)]


def _errors(found: Sequence[tuple[str, str]]) -> list[FieldFault]:
    return [FieldFault(field, message) for field, message in found]
