"""What the pipeline reports of orders: `OrderAnalysed` and `StageFailed` in, nothing out."""

from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed, StageFailed
from answerlens_order_api.cache import endings


@dataclass(frozen=True)
class Handlers:
    """The two ends that an engine of a measurement can come to."""

    db: Database

    async def on_order_analysed(self, event: OrderAnalysed, *_: object) -> None:
        """The order's rates on one engine and date are stored."""
        await endings.engine_analysed(self.db, event)

    async def on_stage_failed(self, event: StageFailed, *_: object) -> None:
        """A stage has failed for good, for everybody who waited for it; nobody waits for the sentiment."""
        if event.stage == "sentiment":
            return
        await endings.stage_failed(self.db, event)
