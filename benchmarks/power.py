"""How often a change planted on day 8 of fourteen is told, and how often one is told that is none.

    python benchmarks/power.py [--worlds 300]

Each world is one order on two engines of which the first changes; the verdicts are the analyzer's own. Every question
has a propensity of its own on each engine (beta, mean 30 %, intraclass correlation 0.2). With a new bank only 75 % of
the questions of each cluster stay. Prints the table of docs/method.md. Minutes.
"""

import argparse
import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from answerlens_rates.changes import Day, with_changes
from answerlens_rates.outcomes import Outcomes
from answerlens_rates.rates import compute_rates

DAYS, PLANTED_DAY = 14, 8
CLUSTERS = 8
ENGINES = ("changed", "unchanged")
FIRST = dt.date(2026, 1, 1)
ANCHORS = 0.75
# (questions, points planted, whether day 8 begins a new bank)
CASES = (
    (200, 0.15, False),
    (200, 0.15, True),
    (200, 0.18, True),
    (200, 0.20, True),
    (100, 0.20, True),
    (48, 0.20, True),
    (200, 0.0, False),
    (200, 0.0, True),
)
MOVED = {"up", "down"}


def fortnight(
    generator: np.random.Generator, questions: int, planted: float, *, new_bank: bool
) -> list[dict[str, Outcomes]]:
    """Fourteen days of one order, oldest first."""
    clusters = np.arange(questions) % CLUSTERS
    kept = np.arange(questions) // CLUSTERS < ANCHORS * questions / CLUSTERS
    names = np.arange(questions).astype(str)
    usual = {engine: generator.beta(1.2, 2.8, questions) for engine in ENGINES}
    days = []
    for day in range(1, DAYS + 1):
        if day == PLANTED_DAY:
            if new_bank:
                names = np.where(kept, names, np.char.add("new-", names))
                usual = {engine: np.where(kept, p, generator.beta(1.2, 2.8, questions)) for engine, p in usual.items()}
            usual["changed"] = np.minimum(usual["changed"] + planted, 1)
        days.append({engine: _answered(generator, names, clusters, usual[engine]) for engine in ENGINES})
    return days


def _answered(
    generator: np.random.Generator,
    names: NDArray[np.str_],
    clusters: NDArray[np.int64],
    propensity: NDArray[np.float64],
) -> Outcomes:
    named, count = generator.random(len(names)) < propensity, len(names)
    columns = dict.fromkeys(("branded", "cited_own", "listed_own", "cited_total"), [0] * count)
    return Outcomes.from_columns(
        columns
        | {"question_id": names.tolist(), "cluster_id": clusters.tolist(), "named": named.tolist()}
        | {"position": named.astype(int).tolist(), "replicate": [1] * count, "score": [3] * count, "ok": [True] * count}
        | {"competitors_named": [[]] * count, "competitors": [], "surface": "browser"}
    )


def said(days: Sequence[dict[str, Outcomes]], engine: str) -> Iterator[tuple[int, str, str, str]]:
    """For each day but the first what is told of the engine: (day, rate, "daily" or "window", verdict)."""
    for today in range(2, DAYS + 1):
        newest_first = [Day(FIRST + dt.timedelta(n), {engine: days[n][engine]}) for n in reversed(range(today))]
        rates = with_changes(compute_rates(newest_first[0].tables[engine]), newest_first)
        yield today, "mention_rate", "daily", rates["mention_rate"].verdict or ""
        for name, rate in rates.items():
            if rate.pooled_change is not None:
                yield today, name, "window", rate.pooled_change.verdict or ""


def line(generator: np.random.Generator, worlds: int, questions: int, planted: float, *, new_bank: bool) -> str:
    """A row of the table."""
    told: Counter[str] = Counter()
    for _ in range(worlds):
        days = fortnight(generator, questions, planted, new_bank=new_bank)
        of_changed = list(said(days, "changed"))
        told["at once"] += any(
            day == PLANTED_DAY and kind == "daily" and says == "up" for day, _, kind, says in of_changed
        )
        last = {name: says for day, name, kind, says in of_changed if day == DAYS and kind == "window"}
        told["whole"] += last["mention_rate"] == "up"
        told["clusters"] += sum(says == "up" for name, says in last.items() if name != "mention_rate")
        elsewhere = list(said(days, "unchanged"))
        told["daily false"] += sum(says in MOVED for _, _, kind, says in elsewhere if kind == "daily")
        told["false families"] += any(
            says in MOVED for day, _, kind, says in elsewhere if day == DAYS and kind == "window"
        )
    return (
        f"| {questions} | {100 * planted:.0f} | {'75 %' if new_bank else 'all'} | {_percent(told['at once'], worlds)}"
        f" | {_percent(told['whole'], worlds)} | {_percent(told['clusters'], worlds * CLUSTERS)}"
        f" | {_percent(told['daily false'], worlds * (DAYS - 1))} | {_percent(told['false families'], worlds)} |"
    )


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=300, help="fortnights a row")
    worlds = parser.parse_args().worlds
    sys.stdout.write(
        "| questions | points | kept on day 8 | told on day 8 | told by the week on day 14 | clusters told on day 14"
        " | elsewhere: days told falsely | families of nine with a false one |\n" + "|---" * 8 + "|\n"
    )
    for row, (questions, planted, new_bank) in enumerate(CASES):
        generator = np.random.default_rng([2026, row])
        sys.stdout.write(line(generator, worlds, questions, planted, new_bank=new_bank) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
