"""What the analyzer has stored of a diagnosis's brands: tables `subject_rate`, `subject_outcome`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_orders.reports.rate_view import Rates, RateView


@dataclass(frozen=True)
class StoredBrandRates:
    """The rates of a brand on an engine, and by the other brands how often it is named first."""

    engine: str
    brand: str
    rates: Rates
    head_to_head: dict[str, RateView | None]
    degraded: bool


@dataclass(frozen=True)
class BrandOutcomes:
    """What each answer of a collection was worth to a diagnosis's first brand: it tells where all are named."""

    collection_id: int
    brand: str
    outcomes: Mapping[str, Any]


async def rates(tx: Transaction, diagnosis_id: UUID) -> list[StoredBrandRates]:
    """The rates of a diagnosis, its brands in their order."""
    return await tx.rows(
        "SELECT r.engine, s.brand ->> 'name' AS brand, r.rates, r.head_to_head, r.degraded FROM subject s"
        " JOIN subject_rate r ON r.subject_id = s.id WHERE s.owner_id = :id ORDER BY r.collection_id, s.place",
        StoredBrandRates,
        id=diagnosis_id,
    )


async def outcomes(tx: Transaction, diagnosis_id: UUID) -> dict[int, BrandOutcomes]:
    """The outcomes of a diagnosis's first brand, by collection."""
    rows = await tx.rows(
        "SELECT o.collection_id, s.brand ->> 'name' AS brand, o.outcomes FROM subject s"
        " JOIN subject_outcome o ON o.subject_id = s.id WHERE s.owner_id = :id AND s.place = 1",
        BrandOutcomes,
        id=diagnosis_id,
    )
    return {row.collection_id: row for row in rows}
