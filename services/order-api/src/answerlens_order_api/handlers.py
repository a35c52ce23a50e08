"""What the pipeline tells of orders: `OrderAnalysed`, `OrderJudged`, `OrderCompared`, `StageFailed` in, nothing out."""

from dataclasses import dataclass, field

from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed, OrderCompared, OrderJudged, StageFailed
from answerlens_common.stage_names import StageName
from answerlens_orders import lifecycle
from answerlens_orders.reports.versions import Reports


@dataclass(frozen=True)
class Handlers:
    """The two ends that an engine of a measurement can come to, and what is known of it later."""

    db: Database
    reports: Reports = field(default_factory=lambda: Reports(sandbox=False))

    async def on_order_analysed(self, event: OrderAnalysed, *_: object) -> None:
        """The order's rates on one engine and date are stored."""
        await lifecycle.engine_analysed(self.db, event, self.reports)

    async def on_order_judged(self, event: OrderJudged, *_: object) -> None:
        """What an engine's answers think of the order's brand is stored."""
        await lifecycle.engine_judged(self.db, event, self.reports)

    async def on_order_compared(self, event: OrderCompared, *_: object) -> None:
        """The days after one that was withdrawn have been compared anew."""
        await lifecycle.order_compared(self.db, event, self.reports)

    async def on_stage_failed(self, event: StageFailed, *_: object) -> None:
        """A stage has failed for good, for all measurements that waited for it; none waits for the sentiment."""
        if event.stage == StageName.SENTIMENT or event.keyword is None:
            return
        await lifecycle.stage_failed(self.db, event, self.reports)
