"""Tries an order's ordinary names on answers that are stored: what they find, and what context words would leave."""

from collections.abc import Sequence
from uuid import UUID

from answerlens_common.db import Database
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.accounts.store import User
from answerlens_orders.brands import naming
from answerlens_orders.brands.form import Brand
from answerlens_orders.brands.ordinary_names import warned
from answerlens_orders.orders import kept_answers
from answerlens_orders.orders.views import NamePreview, Ordered, TriedName

# enough to tell a word from a name, and looked through in a moment
MOST_ANSWERS = 200
MOST_EXAMPLES = 5


async def tried(db: Database, heavy: HeavyWork, user: User, order: Ordered) -> list[TriedName]:
    """The warnings for an order, tried on the newest answers that the user may read."""
    found = list(warned(order.keyword, order.brand, order.competitors))
    if not found:
        return []
    async with db.transaction() as tx:
        answers = await kept_answers.newest(tx, user, order.keyword, MOST_ANSWERS)
    return [
        TriedName(**dict(warning), preview=await _preview(heavy, user.id, brand, warning.context, answers))
        for brand, warning in found
    ]


async def _preview(
    heavy: HeavyWork, user_id: UUID, brand: Brand, context: Sequence[str], answers: Sequence[str]
) -> NamePreview | None:
    if not answers:
        return None
    trial = await heavy.run(user_id, naming.tried, brand.model_dump(), context, answers, MOST_EXAMPLES)
    return NamePreview(answers=len(answers), **trial._asdict())
