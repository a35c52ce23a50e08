"""What the pipeline tells of orders, diagnoses and imports: nothing follows from it.

`OrderAnalysed`, `SubjectAnalysed`, `OrderJudged`, `OrderCompared`, `StageFailed` in.
"""

from dataclasses import dataclass, field

from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed, OrderCompared, OrderJudged, StageFailed, SubjectAnalysed
from answerlens_common.stage_names import StageName
from answerlens_orders import lifecycle
from answerlens_orders.diagnoses import ending as diagnoses
from answerlens_orders.imports import ending as imports
from answerlens_orders.reports.versions import Reports


@dataclass(frozen=True)
class Handlers:
    """The two ends that an engine of a measurement, or a private collection, can come to."""

    db: Database
    reports: Reports = field(default_factory=lambda: Reports(sandbox=False))

    async def on_order_analysed(self, event: OrderAnalysed, *_: object) -> None:
        """The order's rates on one engine and date are stored."""
        await lifecycle.engine_analysed(self.db, event, self.reports)

    async def on_subject_analysed(self, event: SubjectAnalysed, *_: object) -> None:
        """The rates of a brand of a diagnosis or an import on a private collection are stored."""
        await diagnoses.subject_analysed(self.db, event)
        await imports.subject_analysed(self.db, event)

    async def on_order_judged(self, event: OrderJudged, *_: object) -> None:
        """What an engine's answers think of the order's brand is stored."""
        await lifecycle.engine_judged(self.db, event, self.reports)

    async def on_order_compared(self, event: OrderCompared, *_: object) -> None:
        """The days after one that was withdrawn have been compared anew."""
        await lifecycle.order_compared(self.db, event, self.reports)

    async def on_stage_failed(self, event: StageFailed, *_: object) -> None:
        """A stage has failed for good, for all that waited: measurements, or whose the collection is; no sentiment."""
        if event.stage == StageName.SENTIMENT:
            return
        if event.keyword is None:
            await diagnoses.collection_failed(self.db, event)
            await imports.collection_failed(self.db, event)
        else:
            await lifecycle.stage_failed(self.db, event, self.reports)
