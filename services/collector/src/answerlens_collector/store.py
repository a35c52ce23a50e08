"""What the plan stage reads: engines that are waited for (view `awaited_keyword_day`), tables `bank`, `engine`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from answerlens_collection.collections.store import Collection, of_keyword_day
from answerlens_common.contracts.engines import EngineFile, EngineFileError
from answerlens_common.contracts.statuses import BankStatus
from answerlens_common.db import Database
from answerlens_common.events import KeywordBankBuilt


@dataclass(frozen=True)
class Awaited:
    """The collection of an engine that is waited for, as it was at a moment; None when there was none yet."""

    engine: str
    collection: Collection | None
    seen_at: dt.datetime


async def awaited_engines(db: Database, event: KeywordBankBuilt) -> list[Awaited]:
    """The engines that live measurements of the event's day wait for, with their collections."""
    rows = await db.rows(
        "SELECT engine, now() AS seen_at FROM awaited_keyword_day WHERE keyword = :keyword AND date = :date"
        " ORDER BY engine",
        keyword=event.keyword,
        date=event.date,
    )
    found = await of_keyword_day(db, event.keyword, event.date)
    return [Awaited(row["engine"], found.get(row["engine"]), row["seen_at"]) for row in rows]


async def has_bank(db: Database, event: KeywordBankBuilt) -> bool:
    """Whether the event's bank is complete."""
    status = await db.value(
        "SELECT status FROM bank WHERE keyword = :keyword AND version = :version",
        keyword=event.keyword,
        version=event.bank_version,
    )
    return bool(status == BankStatus.READY)


@dataclass(frozen=True)
class StoredEngine:
    """An engine as the topology job has read it; `origin` is None of one that an older job has stored."""

    name: str
    profile: dict[str, Any]
    origin: dict[str, Any] | None

    def file(self) -> EngineFile:
        """What its file said.

        Raises:
            EngineFileError: it is none that this version knows.
        """
        try:
            return EngineFile.model_validate({**self.profile, "origin": self.origin})
        except ValidationError as error:
            raise EngineFileError.of(self.name, error) from error


async def enabled_engines(db: Database, kinds: Sequence[str]) -> list[StoredEngine]:
    """The enabled engines of these kinds, by name."""
    return await db.rows(
        "SELECT name, profile, origin FROM engine WHERE enabled AND kind = ANY(CAST(:kinds AS text[])) ORDER BY name",
        StoredEngine,
        kinds=list(kinds),
    )
