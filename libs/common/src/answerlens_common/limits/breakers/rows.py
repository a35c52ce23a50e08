"""Table `breaker`: every decision is one statement.

A breaker is closed while `opened_at` is null; whether it is open or half-open is a matter of the clock, so that a
changed `open_seconds` counts at once. `probe` is the one call that may be made while it is half-open, for as long as
its lease lasts.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.contracts.notices import Transition
from answerlens_common.db import Database
from answerlens_common.limits.breakers.announcing import announce, tell
from answerlens_common.limits.breakers.names import Settings, defaults

_REOPENS = "opened_at + make_interval(secs => open_seconds)"
_PROBED = "(probe IS NOT NULL AND probe_until > clock_timestamp())"
_COLUMNS = f"""
name, threshold, open_seconds, failures AS failure_count, last_failure_at AS last_failure_time,
CASE WHEN opened_at IS NULL THEN 'closed' WHEN {_REOPENS} > clock_timestamp() THEN 'open' ELSE 'half-open' END AS state,
CASE WHEN opened_at IS NULL THEN NULL WHEN {_PROBED} THEN probe_until ELSE {_REOPENS} END AS next_attempt_time,
opened_at IS NOT NULL AND {_PROBED} AS probed,
GREATEST(0, EXTRACT(EPOCH FROM {_REOPENS} - clock_timestamp()))::float AS seconds_left
"""

_TAKE_PROBE = f"""
UPDATE breaker SET probe = :probe, probe_until = clock_timestamp() + make_interval(secs => :lease)
WHERE name = :name AND {_REOPENS} <= clock_timestamp() AND NOT {_PROBED} RETURNING name
"""  # noqa: S608 - constants
_KEEP_PROBE = """
UPDATE breaker SET probe_until = clock_timestamp() + make_interval(secs => :lease) WHERE name = :name AND probe = :probe
"""
_DROP_PROBE = "UPDATE breaker SET probe = NULL, probe_until = NULL WHERE name = :name AND probe = :probe"

# While a breaker is not closed, only its probe says anything new: a call from before it opened counts no more.
_FAILED = """
UPDATE breaker SET failures = failures + 1, last_failure_at = at,
    opened_at = CASE WHEN failures + 1 >= threshold THEN at END
FROM clock_timestamp() AS at WHERE name = :name AND opened_at IS NULL RETURNING opened_at IS NOT NULL AS changed
"""
_PROBE_FAILED = """
UPDATE breaker SET failures = failures + 1, last_failure_at = at, opened_at = at, probe = NULL, probe_until = NULL
FROM clock_timestamp() AS at WHERE name = :name AND probe = :probe RETURNING true AS changed
"""
_SUCCEEDED = "UPDATE breaker SET failures = 0 WHERE name = :name AND opened_at IS NULL AND failures > 0"
_CLOSE = """
UPDATE breaker SET failures = 0, opened_at = NULL, probe = NULL, probe_until = NULL
WHERE name = :name AND opened_at IS NOT NULL
"""


@dataclass(frozen=True)
class BreakerRow:
    """A breaker as it is at a moment.

    Attributes:
        state: closed, open or half-open.
        next_attempt_time: when a probe may begin; while one is under way, when its lease ends; None when closed.
        probed: a probe is under way.
        seconds_left: until a probe may begin.
    """

    name: str
    threshold: int
    open_seconds: float
    failure_count: int
    last_failure_time: dt.datetime | None
    state: str
    next_attempt_time: dt.datetime | None
    probed: bool
    seconds_left: float | None


async def look(db: Database, name: str) -> BreakerRow:
    """A breaker as it is, made with its defaults if it is new."""
    row = await db.row(f"SELECT {_COLUMNS} FROM breaker WHERE name = :name", BreakerRow, name=name)  # noqa: S608 - a constant
    if row is None:
        await _make(db, name)
        row = await db.row(f"SELECT {_COLUMNS} FROM breaker WHERE name = :name", BreakerRow, name=name)  # noqa: S608 - a constant
    if row is None:
        message = f"the row of breaker {name} is deleted as soon as it is made"
        raise RuntimeError(message)
    return row


async def every(db: Database) -> list[BreakerRow]:
    """All breakers that have been used."""
    return await db.rows(f"SELECT {_COLUMNS} FROM breaker ORDER BY name", BreakerRow)  # noqa: S608 - a constant


async def take_probe(db: Database, name: str, probe: UUID, lease_seconds: float) -> bool:
    """Become the probe of a half-open breaker: the one call that may be made; False when there is one already."""
    return await db.value(_TAKE_PROBE, name=name, probe=probe, lease=lease_seconds) is not None


async def keep_probe(db: Database, name: str, probe: UUID, lease_seconds: float) -> None:
    """Renew the probe's lease."""
    await db.execute(_KEEP_PROBE, name=name, probe=probe, lease=lease_seconds)


async def drop_probe(db: Database, name: str, probe: UUID | None) -> None:
    """Leave the probe to another call: this one has told nothing."""
    if probe is None:
        return
    await db.execute(_DROP_PROBE, name=name, probe=probe)


async def succeeded(db: Database, name: str, probe: UUID | None) -> None:
    """Count a call that was answered."""
    if probe is not None:
        await _change(db, f"{_CLOSE} AND probe = :probe RETURNING true AS changed", Transition.CLOSED, name, probe)
        return
    await db.execute(_SUCCEEDED, name=name)


async def failed(db: Database, name: str, probe: UUID | None) -> None:
    """Count a call that was not."""
    if probe is not None:
        await _change(db, _PROBE_FAILED, Transition.REOPENED, name, probe)
    else:
        await _change(db, _FAILED, Transition.OPENED, name, None)


async def reset(db: Database, name: str) -> None:
    """Close a breaker by hand."""
    await _change(db, f"{_CLOSE} RETURNING true AS changed", Transition.CLOSED, name, None)


async def change(db: Database, name: str, threshold: int | None, open_seconds: float | None) -> None:
    """Change a breaker's settings, those that are given, for all replicas and at once."""
    await _make(db, name)
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE breaker SET threshold = COALESCE(:threshold, threshold),"
            " open_seconds = COALESCE(:seconds, open_seconds) WHERE name = :name",
            name=name,
            threshold=threshold,
            seconds=open_seconds,
        )


async def _make(db: Database, name: str) -> None:
    settings: Settings = defaults(name)
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO breaker (name, threshold, open_seconds) VALUES (:name, :threshold, :open_seconds)"
            " ON CONFLICT (name) DO NOTHING",
            name=name,
            **vars(settings),
        )


async def _change(db: Database, sql: str, transition: Transition, name: str, probe: UUID | None) -> None:
    """Run a statement that may change the state; if it did, admins are told in the same transaction."""
    values: dict[str, object] = {"name": name} if probe is None else {"name": name, "probe": probe}
    async with db.transaction() as tx:
        changed = bool(await tx.value(sql, **values))
        if changed:
            await tell(tx, transition, name)
    if changed:
        announce(transition, name)
