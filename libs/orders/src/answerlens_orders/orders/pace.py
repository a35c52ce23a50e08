"""The bank that an order would be asked with, and whether each engine's pace can finish it in a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from answerlens_common.contracts.engine_terms import Terms
from answerlens_common.db.database import Transaction
from answerlens_common.errors import FieldFault
from answerlens_orders.settings import OrdersSettings

DAY_SECONDS: Final = 86_400.0
_HOUR_SECONDS: Final = 3_600.0


@dataclass(frozen=True)
class Bank:
    """The bank of a keyword's day.

    Attributes:
        is_ready: whether its questions are written; else it has as many as the settings say.
        questions: how many it has, or will have.
        written: those that are there already.
        is_searched: whether what people ask is known.
    """

    is_ready: bool
    questions: int
    written: int
    is_searched: bool


@dataclass(frozen=True)
class Paced:
    """An engine, and what its file says."""

    name: str
    kind: str
    replicates: int
    profile: dict[str, Any]

    @property
    def terms(self) -> Terms:
        """Its pace and price."""
        return Terms.of(self.kind, self.profile)


@dataclass(frozen=True)
class _BankRow:
    is_ready: bool
    clusters: int
    written: int
    is_searched: bool


_BANK = """
WITH day AS (
    SELECT COALESCE(
        (SELECT bank_version FROM keyword_day WHERE keyword = :keyword AND date = :date),
        (SELECT max(version) FROM bank WHERE keyword = :keyword AND status = 'ready' AND built_date <= :date
            AND built_date > CAST(:date AS date) - CAST(:bank_days AS int))
    ) AS version
)
SELECT b.status IS NOT DISTINCT FROM 'ready' AS is_ready, COALESCE(b.clusters, 0) AS clusters,
    (SELECT count(*) FROM question_bank q WHERE q.keyword = :keyword AND q.bank_version = day.version) AS written,
    EXISTS (SELECT FROM zhihu_question WHERE keyword = :keyword AND search_date <= :date
        AND search_date > CAST(:date AS date) - CAST(:search_days AS int)) AS is_searched
FROM day LEFT JOIN bank b ON b.keyword = :keyword AND b.version = day.version
"""


async def bank_of(tx: Transaction, settings: OrdersSettings, keyword: str, date: dt.date) -> Bank:
    """The bank that a keyword's day has, or would have if it were ordered now."""
    (row,) = await tx.rows(
        _BANK,
        _BankRow,
        keyword=keyword,
        date=date,
        bank_days=settings.freshness.bank_fresh_days,
        search_days=settings.freshness.search_fresh_days,
    )
    planned = (row.clusters or settings.bank.clusters) * settings.bank.questions_per_cluster
    questions = row.written if row.is_ready else planned
    return Bank(row.is_ready, questions, row.written, row.is_searched)


async def refused_for_pace(
    tx: Transaction, settings: OrdersSettings, keyword: str, date: dt.date, names: Sequence[str]
) -> list[FieldFault]:
    """The engines whose pace cannot finish the keyword's bank in a day: an order may not name them."""
    engines = await tx.rows(
        "SELECT name, kind, replicates, profile FROM engine WHERE name = ANY(CAST(:names AS text[])) ORDER BY name",
        Paced,
        names=list(names),
    )
    paced = [engine for engine in engines if engine.terms.spacing]
    if not paced:
        return []
    bank = await bank_of(tx, settings, keyword, date)
    return too_slow(bank, paced)


def too_slow(bank: Bank, engines: Sequence[Paced]) -> list[FieldFault]:
    """Those of the engines whose pace cannot finish the bank in a day."""
    faults = []
    for engine in engines:
        asked = bank.questions * engine.replicates
        seconds = asked * engine.terms.spacing
        if seconds > DAY_SECONDS:
            message = (
                f"{engine.name} is asked once in {engine.terms.spacing:g} s: {asked} questions take it"
                f" {seconds / _HOUR_SECONDS:.1f} hours, and a day has 24"
            )
            faults.append(FieldFault("engines", message))
    return faults
