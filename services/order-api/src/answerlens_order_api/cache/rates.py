"""What was measured for an order: tables `measurement`, `measurement_engine`, `mention_percentage`."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping

from answerlens_common.db.database import Transaction


async def day(tx: Transaction, order_id: UUID, date: dt.date | None) -> RowMapping | None:
    """The measurement of a date; without one the newest that was completed, else the newest."""
    return await tx.row(
        "SELECT date, keyword, status, last_error, completed_at FROM measurement WHERE order_id = :order_id"
        " AND (CAST(:date AS date) IS NULL OR date = :date)"
        " ORDER BY status = 'completed' DESC, status = 'failed' DESC, date DESC LIMIT 1",
        order_id=order_id,
        date=date,
    )


async def engines(tx: Transaction, order_id: UUID, date: dt.date) -> Sequence[RowMapping]:
    """How each engine of a measurement ended, and its rates."""
    return await tx.rows(
        "SELECT e.engine, e.status, e.error_code, COALESCE(p.surface, n.surface) AS surface, p.rates, p.degraded,"
        " p.versions, o.judged FROM measurement_engine e LEFT JOIN engine n ON n.name = e.engine"
        " LEFT JOIN mention_percentage p USING (order_id, date, engine)"
        " LEFT JOIN measurement_outcome o USING (order_id, date, engine)"
        " WHERE e.order_id = :order_id AND e.date = :date ORDER BY e.engine",
        order_id=order_id,
        date=date,
    )


async def overall(tx: Transaction, order_id: UUID, date: dt.date) -> Sequence[RowMapping]:
    """The rates over all engines of a surface, a row a surface."""
    return await tx.rows(
        "SELECT surface, rates, degraded, versions FROM mention_percentage"
        " WHERE order_id = :order_id AND date = :date AND engine = 'overall' ORDER BY surface",
        order_id=order_id,
        date=date,
    )


async def bank_of_day(tx: Transaction, keyword: str, date: dt.date) -> RowMapping | None:
    """The bank a day was measured with."""
    return await tx.row(
        "SELECT k.bank_stale AS stale, b.built_date, b.notes,"
        " (SELECT jsonb_object_agg(cluster_id, main_intent) FROM question_bank"
        " WHERE keyword = b.keyword AND bank_version = b.version) AS intents FROM keyword_day k"
        " JOIN bank b ON b.keyword = k.keyword AND b.version = k.bank_version"
        " WHERE k.keyword = :keyword AND k.date = :date",
        keyword=keyword,
        date=date,
    )


async def series(tx: Transaction, order_id: UUID, before: dt.date | None, limit: int) -> Sequence[RowMapping]:
    """Measurements with all their rates, newest first, from the one before `before`."""
    return await tx.rows(
        "SELECT m.date, m.status, m.is_cached, m.last_error, m.error_code, m.completed_at,"
        " COALESCE(p.rates, '[]') AS rates"
        " FROM measurement m CROSS JOIN LATERAL ("
        "  SELECT jsonb_agg(jsonb_build_object('engine', engine, 'surface', surface, 'rates', rates,"
        "   'degraded', degraded) ORDER BY surface, engine) AS rates"
        "  FROM mention_percentage WHERE order_id = m.order_id AND date = m.date) p"
        " WHERE m.order_id = :order_id AND (CAST(:before AS date) IS NULL OR m.date < :before)"
        " ORDER BY m.date DESC LIMIT :limit",
        order_id=order_id,
        before=before,
        limit=limit,
    )
