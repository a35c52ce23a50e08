"""How often the 95 % intervals of each kind cover a known truth, answers to a question being alike.

    python benchmarks/coverage.py [--days 1000]

Every question has a propensity of its own (beta, intraclass correlation 0.5), which its replicates and days share; the
brand's competitors, positions, scores and links hang on it too. The rates are computed by the analyzer's own
function; the truth is that of the world the questions are drawn from. Prints the table of docs/method.md. Minutes.
"""

import argparse
import sys
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from answerlens_analyzer.changes import pooled_rate
from answerlens_analyzer.outcomes import Outcomes
from answerlens_analyzer.rates import Rate, compute_rates

CORRELATION = 0.5
RATES = (
    "mention_rate",
    "weighted_mention_rate",
    "first_mention_rate",
    "top3_rate",
    "mean_position",
    "share_of_voice",
    "link_mention_rate",
    "link_share",
)
# (questions, asks of each, mention rate)
SIZES = (
    *((200, asks, rate) for rate in (0.3, 0.05) for asks in (1, 3, 7)),
    *((questions, asks, 0.3) for questions in (50, 25) for asks in (1, 7)),
)
POOLED = "pooled cluster"
COMPETITORS = 4
TRUTH_QUESTIONS = 200_000

Floats = NDArray[np.float64]


def propensities(generator: np.random.Generator, shape: tuple[int, ...], mean: float) -> Floats:
    """Propensities whose answers have an intraclass correlation of CORRELATION."""
    size = 1 / CORRELATION - 1
    return generator.beta(mean * size, (1 - mean) * size, shape)


def world(generator: np.random.Generator, questions: int, asks: int, rate: float) -> Outcomes:
    """What the answers to `questions` questions, each asked `asks` times, were worth."""
    own = np.repeat(propensities(generator, (questions,), rate), asks)
    others = np.repeat(propensities(generator, (questions, COMPETITORS), 0.3), asks, axis=0)
    named = generator.random(len(own)) < own
    rivals = generator.random(others.shape) < others
    # a question that leaves room for brands is scored higher, in all its answers
    scores = np.clip(np.round(1 + 3 * own + generator.normal(0, 0.7, len(own))), 0, 4).astype(np.int64)
    ahead = (rivals & generator.integers(0, 2, others.shape, dtype=np.bool_)).sum(axis=1)
    links = generator.integers(0, 8, len(own))
    cited = np.minimum(generator.binomial(3, 0.1 + 0.4 * own), links)
    ids = np.repeat(np.arange(questions), asks).astype(str)
    columns = {
        "question_id": ids.tolist(),
        "cluster_id": [0] * len(own),
        "branded": [False] * len(own),
        "replicate": np.tile(np.arange(asks), questions).tolist(),
        "ok": [True] * len(own),
        "score": scores.tolist(),
        "named": named.tolist(),
        "position": np.where(named, 1 + ahead, 0).tolist(),
        "competitors_named": rivals.tolist(),
        "cited_own": cited.tolist(),
        "listed_own": cited.tolist(),
        "cited_total": links.tolist(),
        "citations_known": [True] * len(own),
    }
    return Outcomes.from_columns({**columns, "surface": "browser", "competitors": list("abcd")})


def measured(outcomes: Outcomes, asks: int) -> dict[str, Rate]:
    """The rates, and that of the whole as if it were a cluster pooled over days."""
    rates = compute_rates(outcomes)
    return rates | ({POOLED: pooled_rate(outcomes)} if asks > 1 else {})


def lines(days: int) -> Iterator[str]:
    """The table, a row at a time."""
    shown = (*RATES, POOLED)
    yield f"| questions × asks, mention rate | {' | '.join(shown)} |"
    yield "|---" * (len(shown) + 1) + "|"
    for questions, asks, rate in SIZES:
        generator = np.random.default_rng([questions, asks, round(100 * rate)])
        truth = compute_rates(world(generator, TRUTH_QUESTIONS, 1, rate), resamples=2)
        covered: dict[str, list[bool]] = {}
        too_few: dict[str, int] = {}
        for _ in range(days):
            for name, got in measured(world(generator, questions, asks, rate), asks).items():
                true = truth["mention_rate" if name == POOLED else name].rate if name in shown else None
                if true is None:
                    continue
                too_few[name] = too_few.get(name, 0) + (got.verdict == "too_few")
                if got.low is not None and got.high is not None:
                    covered.setdefault(name, []).append(got.low <= true <= got.high)
        cells = [_cell(covered.get(name, []), too_few.get(name, 0) / days) for name in shown]
        yield f"| {questions} × {asks}, {rate:.0%} | {' | '.join(cells)} |"


def _cell(covered: list[bool], too_few: float) -> str:
    if not covered:
        return "–"
    shown_alone = f" ({too_few:.0%} too few)" if too_few else ""
    return f"{100 * float(np.mean(covered)):.1f}{shown_alone}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=1_000, help="simulated days a row")
    for line in lines(parser.parse_args().days):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
