"""The brands that wait for a private collection, and what is found of them: `subject_outcome`, `subject_rate`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answerlens_collection.collections.store import Collection
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.text.matching import MATCHER_VERSION
from answerlens_rates.rate import Rate, stored


@dataclass(frozen=True)
class Subject:
    """A brand of a diagnosis; its competitors are the other brands, in the order in which the client named them."""

    id: int
    brand: Mapping[str, Any]
    competitors: Sequence[Mapping[str, Any]]
    has_rates: bool


@dataclass(frozen=True)
class Found:
    """What a collection says of a subject, ready to be stored."""

    subject_id: int
    outcomes: Mapping[str, Any]
    rates: Mapping[str, Rate]
    head_to_head: Mapping[str, Rate | None]
    names: str


async def waiting(db: Database, collection_id: int) -> list[Subject]:
    """The subjects that wait for their rates on a collection, or for their diagnosis to hear of them."""
    return await db.rows(
        "SELECT s.id, s.brand, COALESCE(jsonb_agg(other.brand ORDER BY other.place)"
        " FILTER (WHERE other.id <> s.id), '[]') AS competitors,"
        " EXISTS (SELECT FROM subject_rate r WHERE r.subject_id = s.id AND r.collection_id = :collection) AS has_rates"
        " FROM collection_subject w JOIN subject s ON s.id = w.subject_id"
        " JOIN subject other ON other.owner_id = s.owner_id"
        " WHERE w.collection_id = :collection AND w.status = 'pending' GROUP BY s.id ORDER BY s.place",
        Subject,
        collection=collection_id,
    )


async def versions(db: Database, collection: Collection) -> dict[str, Any]:
    """What the rates of a collection are made with."""
    row = await db.row(
        "SELECT c.profile_sha256 AS engine_profile, COALESCE(array_agg(DISTINCT s.rubric_version)"
        " FILTER (WHERE s.rubric_version IS NOT NULL), '{}') AS rubrics,"
        " COALESCE(array_agg(DISTINCT s.model) FILTER (WHERE s.model IS NOT NULL), '{}') AS scoring_models,"
        " (SELECT array_agg(DISTINCT a.served_model ORDER BY a.served_model) FROM ai_answer a"
        " WHERE a.collection_id = c.id AND a.retention = c.retention AND a.answer_date = c.date AND a.status = 'ok'"
        " AND a.served_model IS NOT NULL) AS served_models"
        " FROM collection c LEFT JOIN question_score s ON s.collection_id = c.id AND s.retention = c.retention"
        " AND s.answer_date = c.date WHERE c.id = :id GROUP BY c.id",
        id=collection.id,
    )
    # a chat page names no model
    told = {name: value for name, value in (row or {}).items() if value is not None}
    return {**told, "matcher": MATCHER_VERSION}


async def store(
    tx: Transaction, collection: Collection, found: Sequence[Found], *, degraded: bool, made_with: Mapping[str, Any]
) -> None:
    """Keep what a collection says of its subjects, for good; what is there stays."""
    subjects = [one.subject_id for one in found]
    await tx.execute(
        "INSERT INTO subject_outcome (subject_id, collection_id, outcomes)"
        " SELECT one.subject, CAST(:collection AS bigint), CAST(one.outcomes AS jsonb)"
        " FROM unnest(CAST(:subjects AS bigint[]), CAST(:outcomes AS text[])) AS one (subject, outcomes)"
        " ON CONFLICT DO NOTHING",
        collection=collection.id,
        subjects=subjects,
        outcomes=[_json(one.outcomes) for one in found],
    )
    await tx.execute(
        "INSERT INTO subject_rate"
        " (subject_id, collection_id, engine, surface, date, degraded, rates, head_to_head, versions)"
        " SELECT one.subject, CAST(:collection AS bigint), CAST(:engine AS text), CAST(:surface AS text),"
        " CAST(:date AS date), CAST(:degraded AS boolean), CAST(one.rates AS jsonb), CAST(one.head AS jsonb),"
        " CAST(one.versions AS jsonb)"
        " FROM unnest(CAST(:subjects AS bigint[]), CAST(:rates AS text[]), CAST(:heads AS text[]),"
        " CAST(:versions AS text[])) AS one (subject, rates, head, versions)"
        " ON CONFLICT DO NOTHING",
        collection=collection.id,
        engine=collection.engine,
        surface=collection.surface,
        date=collection.date,
        degraded=degraded,
        subjects=subjects,
        rates=[_json(stored(one.rates)) for one in found],
        heads=[
            _json({name: None if rate is None else rate.stored() for name, rate in one.head_to_head.items()})
            for one in found
        ],
        versions=[_json({**made_with, "names": one.names}) for one in found],
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
