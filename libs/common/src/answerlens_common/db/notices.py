"""Tells users: the only place that writes a notice."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from answerlens_common.contracts.notices import Notice, parameters_of, severity_of
from answerlens_common.db.database import Transaction

_TELL: Final = """
INSERT INTO notification (user_id, order_id, severity, kind, params)
SELECT told.user_id, told.order_id, told.severity, told.kind, CAST(told.params AS jsonb)
FROM unnest(CAST(:users AS uuid[]), CAST(:orders AS uuid[]), CAST(:severities AS text[]), CAST(:kinds AS text[]),
    CAST(:params AS text[])) AS told (user_id, order_id, severity, kind, params)
"""
_TELL_ADMINS: Final = """
INSERT INTO notification (user_id, severity, kind, params)
SELECT id, :severity, :kind, CAST(CAST(:params AS text) AS jsonb) FROM users WHERE role = 'admin' AND NOT revoked
"""
# What was told a minute ago is among the newest.
_TOLD_LATELY: Final = """
SELECT EXISTS (SELECT FROM notification WHERE kind = :kind AND params = CAST(CAST(:params AS text) AS jsonb)
    AND id > (SELECT max(id) FROM notification) - 1000 AND created_at > clock_timestamp() - interval '1 min')
"""


async def tell(tx: Transaction, told: Sequence[tuple[UUID, UUID, Notice]]) -> None:
    """Tell users, each of an order: (user, order, notice)."""
    if told:
        await tx.execute(
            _TELL,
            users=[user for user, _, _ in told],
            orders=[order for _, order, _ in told],
            severities=[severity_of(notice).value for _, _, notice in told],
            kinds=[notice.kind.value for _, _, notice in told],
            params=[parameters_of(notice) for _, _, notice in told],
        )


async def tell_admins(tx: Transaction, notice: Notice) -> None:
    """Tell every admin."""
    await tx.execute(
        _TELL_ADMINS, severity=severity_of(notice).value, kind=notice.kind.value, params=parameters_of(notice)
    )


async def was_told_lately(tx: Transaction, notice: Notice) -> bool:
    """Whether the same has been told within the last minute; the caller holds a lock against others who tell it."""
    return bool(await tx.value(_TOLD_LATELY, kind=notice.kind.value, params=parameters_of(notice)))
