"""`make soak`: many orders, random faults for many minutes, and a table of what did not happen."""

import argparse
import asyncio
import secrets
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.chaos.checker import violations
from tests.chaos.facts import Facts, at_rest
from tests.chaos.nemesis import Nemesis, ended
from tests.chaos.system import System, small_system

ORDERS = 30
SECONDS_BETWEEN_FAULTS = 5.0
# What a violation counts as, by words that it has; the first that fits.
KINDS = {
    "lost": ("I1", "I2", "I5"),
    "duplicated": ("answers are stored", "fired twice"),
    "slots": ("I4",),
    "over-asked": ("I3",),
    "stale writes": ("I6",),
    "leases": ("I7: held",),
    "zombies": ("I7: orphan", "I7: zombie"),
    "other": ("",),
}


def main() -> int:
    """Run; 1 when an invariant was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    options = parser.parse_args()
    print(f"{ORDERS} orders in {options.minutes:g} minutes; again: make soak SEED={options.seed}", flush=True)
    return asyncio.run(soak(options.minutes, options.seed))


async def soak(minutes: float, seed: int) -> int:
    """Orders spread over the minutes, faults all the time, then rest, then the checker."""
    with tempfile.TemporaryDirectory(prefix="answerlens-soak-") as folder:
        async with small_system(Path(folder) / "run") as system:
            nemesis = Nemesis(system, seed)
            await nemesis.torment(nemesis.workload(ORDERS, minutes * 60 / ORDERS), SECONDS_BETWEEN_FAULTS)
            outcomes = await ended(system)
            facts = await at_rest(system)
            reasons = await why_failed(system)
    broken = violations(facts)
    broken += [f"I1: order {order} failed, and nobody can say why" for order, reason in reasons.items() if not reason]
    print("\n".join(["", *broken, *table(facts, broken, nemesis.injected, outcomes)]))
    for reason, times in Counter(reasons.values()).most_common():
        print(f"failed for             {times} x {reason}")
    return 1 if broken or not outcomes["completed"] else 0


async def why_failed(system: System) -> dict[str, str]:
    """For each order that failed, what its engines say of the reason; its client reads it in other words."""
    rows = await system.rows(
        "SELECT id, CASE WHEN min(orders.last_error) IS NOT NULL"
        " THEN string_agg(engine || ': ' || measurement_engine.last_error, '; ' ORDER BY engine) END AS reason"
        " FROM orders LEFT JOIN measurement_engine ON order_id = id AND date = first_date"
        " WHERE orders.status = 'failed' GROUP BY id"
    )
    return {str(row["id"]): row["reason"] or "" for row in rows}


def table(facts: Facts, broken: list[str], injected: Counter[str], outcomes: Counter[str]) -> list[str]:
    """The figures, a line each."""
    counts = Counter(kind_of(line) for line in broken)
    statuses = Counter(f"collection {each.status}" for each in facts.private.collections)
    faults = injected.total()
    return [
        f"orders accepted        {len(facts.accepted)}: "
        + ", ".join(f"{number} {status}" for status, number in sorted(outcomes.items())),
        f"faults injected        {faults}: " + ", ".join(f"{number} {name}" for name, number in injected.most_common()),
        *(f"{kind:<22} {counts[kind]}" for kind in KINDS),
        f"diagnoses opened       {len(facts.private.accepted)}: "
        + ", ".join(f"{number} {status}" for status, number in sorted(statuses.items())),
        f"questions asked        {facts.asks.total()}, of {len(facts.asks)}; dead letters {len(facts.letters)}",
        f"95 % bound             {3 / faults:.1%} of faults like these may do what none of {faults} did"
        if faults
        else "no fault was injected",
    ]


def kind_of(line: str) -> str:
    """Which figure a violation counts under."""
    return next(kind for kind, words in KINDS.items() if any(word in line for word in words))


if __name__ == "__main__":
    sys.exit(main())
