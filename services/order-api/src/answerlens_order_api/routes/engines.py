"""`/api/engines`: what can be measured here."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_order_api.auth import SignedIn
from answerlens_order_api.cache import engines
from answerlens_order_api.context import Here

router = APIRouter(prefix="/api/engines", tags=["engines"])


class EngineView(BaseModel):
    """An engine that orders may name while it is enabled."""

    name: str = Field(examples=["chat-a"])
    kind: str = Field(examples=["browser"])
    surface: str = Field(examples=["browser"])
    enabled: bool = Field(description="orders may name it: it is switched on, and of a kind that is run here (browser)")
    replicates: int = Field(description="times a question is asked a day", examples=[1])


@router.get("")
async def list_engines(here: Here, _: SignedIn) -> list[EngineView]:
    """Every engine of this installation, by name."""
    return [EngineView(**row) for row in await engines.every(here.db)]
