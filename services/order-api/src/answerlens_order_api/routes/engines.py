"""`/api/engines`: what can be measured here."""

from fastapi import APIRouter

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_orders.orders import read
from answerlens_orders.orders.views import EngineView

router = APIRouter(prefix="/api/engines", tags=["engines"])


@router.get("")
async def list_engines(ctx: Ctx, _: SignedIn) -> list[EngineView]:
    """Every engine of this installation, by name."""
    return await read.list_engines(ctx.db)
