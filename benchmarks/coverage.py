"""How often the 95 % intervals of each kind cover a known truth, answers to a question being alike.

    python benchmarks/coverage.py [--days 1000]

Every question has a propensity of its own (beta, intraclass correlation 0.5), which its replicates and days share; the
brand's positions, scores, links and what is thought of it hang on the question too. The rates are computed by the
analyzer's own function; the truth is that of the world the questions are drawn from. Prints the table of
docs/method.md. Minutes.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from answerlens_rates.changes import pooled_rate
from answerlens_rates.outcomes import NEGATIVE, NEUTRAL, POSITIVE, Outcomes
from answerlens_rates.rate import Rate
from answerlens_rates.rates import compute_rates

CORRELATION = 0.5
RATES = (
    "mention_rate",
    "mention_rate[score=2]",
    "weighted_mention_rate",
    "first_mention_rate",
    "top3_rate",
    "mean_position",
    "share_of_voice",
    "link_mention_rate",
    "link_listed_rate",
    "link_share",
    "positive_share",
    "negative_share",
)
# (questions, asks of each, mention rate)
SIZES = (
    *((200, asks, rate) for rate in (0.3, 0.05) for asks in (1, 3, 7)),
    *((questions, asks, 0.3) for questions in (50, 25) for asks in (1, 7)),
)
POOLED = "pooled cluster"
COMPETITORS = 4
TRUTH_QUESTIONS = 500_000

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
    listed = cited + generator.binomial(2, 0.2 * own)
    mood, opinion = np.repeat(propensities(generator, (questions,), 0.4), asks), generator.random(len(own))
    sentiment = np.where(opinion < mood, POSITIVE, np.where(opinion > (1 + mood) / 2, NEGATIVE, NEUTRAL))
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
        "listed_own": listed.tolist(),
        "cited_total": links.tolist(),
        "citations_known": [True] * len(own),
        "sentiment": sentiment.tolist(),
    }
    return Outcomes.from_columns({**columns, "surface": "browser", "competitors": list("abcd")})


def measured(outcomes: Outcomes, asks: int) -> dict[str, Rate]:
    """The rates, and that of the whole as if it were a cluster pooled over days."""
    rates = compute_rates(outcomes)
    return rates | ({POOLED: pooled_rate(outcomes)} if asks > 1 else {})


@cache
def truth(rate: float) -> dict[str, Rate]:
    """The rates of the world itself, whatever the number of questions and asks."""
    return compute_rates(world(np.random.default_rng(1), TRUTH_QUESTIONS, 1, rate))


def lines(days: int) -> Iterator[str]:
    """The table, a row at a time."""
    shown = (*RATES, POOLED)
    yield f"| questions × asks, mention rate | {' | '.join(shown)} |"
    yield "|---" * (len(shown) + 1) + "|"
    for questions, asks, rate in SIZES:
        covered, too_few = coverage(questions, asks, rate, days)
        cells = [_cell(covered.get(name, []), too_few[name] / days) for name in shown]
        yield f"| {questions} × {asks}, {rate:.0%} | {' | '.join(cells)} |"


def coverage(questions: int, asks: int, rate: float, days: int) -> tuple[dict[str, list[bool]], Counter[str]]:
    """For each rate whether each day's interval holds the truth, and how many days have too few questions for it.

    Days without an interval are left out.
    """
    generator = np.random.default_rng([questions, asks, round(100 * rate)])
    true_rates = truth(rate)
    covered: dict[str, list[bool]] = {}
    too_few: Counter[str] = Counter()
    for _ in range(days):
        for name, got in measured(world(generator, questions, asks, rate), asks).items():
            true = true_rates["mention_rate" if name == POOLED else name].rate if name in (*RATES, POOLED) else None
            if true is None:
                continue
            too_few[name] += got.verdict == "too_few"
            if got.low is not None and got.high is not None:
                covered.setdefault(name, []).append(got.low <= true <= got.high)
    return covered, too_few


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
