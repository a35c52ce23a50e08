"""Fourteen simulated days through all services, at full size: a change planted on day 8, and what was told of it.

    python -m benchmarks.fortnight [--per-cluster 25] [--points 0.18] [--brands 4]

Starts a stack of its own with the sandbox. Takes about 0.6 s of CPU for each question and day: 200 questions on two
engines an hour on two cores. Prints the figures of docs/method.md.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.client import Client
from tests.e2e.fortnight import DAILY, MOVED, PLANTED_ENGINE, WINDOW, Verdict, measure

from answerlens_cli.stack.stack import Stack

KEYWORD = "空气净化器"
BEFORE = 0.2


def summary(verdicts: Sequence[Verdict], kind: str) -> str:
    """How many of the comparisons that could tell something told of a move."""
    able = [each for each in verdicts if each.kind == kind and each.says != "too_few"]
    return f"{sum(each.says in MOVED for each in able)} of {len(able)}"


def main() -> None:
    """Measure, and print what was told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-cluster", type=int, default=25, help="questions of each of the 8 clusters")
    parser.add_argument("--points", type=float, default=0.18, help="planted on one engine, as a share of 1")
    parser.add_argument("--brands", type=int, default=4, help="orders; the first brand's propensity is changed")
    parser.add_argument("--bank-fresh-days", type=int, default=7, help="7 begins a new bank on day 8")
    chosen = parser.parse_args()
    overrides = {
        "ANSWERLENS_QUESTIONS_PER_CLUSTER": str(chosen.per_cluster),
        "ANSWERLENS_BANK_FRESH_DAYS": str(chosen.bank_fresh_days),
    }
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "run", overrides, sandbox=True, seed=7, tied=True)
        try:
            with Client(stack.up()) as client:
                client.world(answer_seconds=0.02)
                found = measure(client, KEYWORD, chosen.brands, BEFORE, BEFORE + chosen.points)
        finally:
            stack.down()
    lines = [f"took {time.monotonic() - began:.0f} s; bank versions by day: {list(found.banks)}"]
    lines.append(f"planted: {found.planted} on {PLANTED_ENGINE}, {100 * chosen.points:+.0f} points on day 8; told:")
    lines += [
        f"  day {each.day}: {each.rate} {each.kind} {each.says}, {each.delta} over {each.n} questions"
        for each in found.of_planted()
        if each.says in MOVED
    ]
    for kind in (DAILY, WINDOW):
        lines.append(f"elsewhere, {kind}: {summary(found.elsewhere(), kind)} told falsely")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
