"""How far the ends of an interval are off when resamples are drawn, and what computing all of them costs.

    python benchmarks/intervals.py [--worlds 20]

Each world is a day of 200 questions on two engines (`benchmarks.coverage.world`). The ends that 2,000 and 100,000 drawn
resamples give, with different seeds, are held against those of all resamples. Prints the table of docs/method.md.
"""

import argparse
import sys
import time
from collections import defaultdict

import numpy as np
from tests.support.drawn import drawn

from answerlens_rates.intervals import bootstrap_ratio
from answerlens_rates.outcomes import Floats, Outcomes, pool
from benchmarks.coverage import world

SEEDS = {2_000: 10, 100_000: 1}


def ratios(day: Outcomes) -> dict[str, tuple[Floats, Floats]]:
    """Numerators and denominators by question of one rate of each shape."""
    weights = day.score.astype(np.float64)
    parts = {
        "mention rate": (day.named, np.ones(len(weights))),
        "weighted mention rate": (weights * day.named, weights),
        "mean position": (day.position, day.named),
        "share of voice": (day.named, day.named + day.competitors_named.sum(axis=1)),
        "link share": (day.cited_own, day.cited_total),
    }
    questions = np.unique(day.question_id, return_inverse=True)[1]
    summed = {name: [np.bincount(questions, each).astype(float) for each in pair] for name, pair in parts.items()}
    return {name: (above[below > 0], below[below > 0]) for name, (above, below) in summed.items()}


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=20)
    worlds = parser.parse_args(arguments).worlds
    errors: dict[tuple[str, int], list[float]] = defaultdict(list)
    seconds: dict[tuple[str, int], list[float]] = defaultdict(list)
    for number in range(worlds):
        generator = np.random.default_rng(number)
        for name, (above, below) in ratios(pool([world(generator, 200, 1, 0.35) for _ in range(2)])).items():
            began = time.process_time()
            exact = bootstrap_ratio(above, below)
            seconds[name, 0].append(time.process_time() - began)
            for resamples, seeds in SEEDS.items():
                for seed in range(seeds):
                    began = time.process_time()
                    ends = drawn(above, below, resamples, seed)
                    seconds[name, resamples].append(time.process_time() - began)
                    errors[name, resamples] += [abs(a - b) for a, b in zip(ends, exact or (), strict=True)]
    head = "| rate | 2,000 drawn: mean error, worst | another digit | 100,000 drawn: mean error, worst | another digit"
    sys.stdout.write(f"{head} | ms: 2,000, 100,000, all |\n|{'---|' * 6}\n")
    for name in dict.fromkeys(name for name, _ in errors):
        scale = 1 if name == "mean position" else 100
        cells = [name]
        for resamples in SEEDS:
            off = scale * np.array(errors[name, resamples])
            cells += [f"{off.mean():.3f}, {off.max():.2f}", f"{np.mean(off > 0.05):.0%}"]  # noqa: PLR2004 - half a digit
        cells.append(", ".join(f"{1e3 * np.median(seconds[name, n]):.1f}" for n in (*SEEDS, 0)))
        sys.stdout.write(f"| {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
