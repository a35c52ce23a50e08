"""What follows from how far a collection is."""

import datetime as dt

from answerlens_collection.collections.store import Collection
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.events import CollectionAnswered, CollectionScored, Event, Lane, StageFailed
from answerlens_common.failures import Failure
from answerlens_common.stage_names import StageName


def outcome(collection: Collection, lane: Lane, failed_at: dt.datetime | None, why: str = "") -> list[Event]:
    """Nothing while it goes on, or when it had failed and goes on again.

    A failure is that of the orders that had come by `failed_at`; `why` tells operators more about it.
    """
    carried = {
        "collection_id": collection.id,
        "engine": collection.engine,
        "keyword": collection.keyword,
        "lane": lane,
    }
    match collection.status:
        case CollectionStatus.COLLECTED:
            return [CollectionAnswered.model_validate(carried)]
        case CollectionStatus.SCORED:
            return [CollectionScored.model_validate(carried)]
        case CollectionStatus.FAILED if failed_at is not None:
            return [
                StageFailed(
                    stage=StageName.COLLECT,
                    keyword=collection.keyword,
                    date=collection.date,
                    engine=collection.engine,
                    error=f"too few answers from {collection.engine}{why}",
                    failed_at=failed_at,
                    code=Failure.TOO_FEW_ANSWERS,
                    collection_id=collection.id,
                )
            ]
        case _:
            return []
