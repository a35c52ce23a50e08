"""What a request has at hand."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from answerlens_common.db import Database
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.accounts.limits import Limits
from answerlens_orders.orders.watch import Watchers


@dataclass(frozen=True)
class Context:
    """The parts that the routes share, made once by `app.build`."""

    db: Database
    settings: OrderApiSettings
    watchers: Watchers
    limits: Limits
    heavy: HeavyWork


def _context(request: Request) -> Context:
    return cast("Context", request.app.state.context)


Ctx = Annotated[Context, Depends(_context)]
