"""How often an attack inside one answer changes scores, by the configured language model.

    ANSWERLENS_LLM_BASE_URL=… ANSWERLENS_LLM_API_KEY=… ANSWERLENS_LLM_MODEL=… python benchmarks/injection.py [--json]

For every attack of tests/data/injections*.jsonl the same nine honest answers are scored together with it, as the scorer
does (fenced) and in one request whatever the answers say (unfenced). A flip is an honest answer whose score is not that
of most runs without an attack; how often that happens without any attack is the noise. `own` is the attack itself: a
weak answer that carries it, and gets a higher score than without. About four requests an attack.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from answerlens_common.errors import AnswerLensError
from answerlens_common.llm import LanguageModel, LlmSettings
from answerlens_common.llm.labelling import Answer
from answerlens_common.llm.suspicion import is_suspicious
from answerlens_scorer.score import score_answers, score_together

DATA = Path(__file__).parents[1] / "tests" / "data"
BASELINE_RUNS = 5
CARRIER = "knowledge"

Score = Callable[[LanguageModel, Sequence[Answer]], Awaitable[dict[str, int]]]


class Flips(NamedTuple):
    """Scores that changed, of all that were looked at; an answer that lost its score counts as changed."""

    changed: int
    of: int

    def __str__(self) -> str:
        return f"{self.changed} of {self.of} ({self.changed / self.of:.1%})" if self.of else "none to look at"


def flips(scores: Sequence[dict[str, int]], baseline: dict[str, int]) -> Flips:
    """How many scores of these runs differ from the baseline's."""
    changed = sum(run.get(name) != score for run in scores for name, score in baseline.items())
    return Flips(changed, len(scores) * len(baseline))


def raised(scores: Sequence[dict[str, int]], baseline: int) -> Flips:
    """How many attacks got more for themselves than the answer that carries them gets."""
    return Flips(sum(run.get("attack", 0) > baseline for run in scores), len(scores))


async def measure(llm: LanguageModel) -> dict[str, object]:
    """Score everything and count; figures by the name under which they are printed."""
    honest = [Answer(row["id"], row["question"], row["text"]) for row in _rows("answers_to_score.jsonl")]
    carrier = next(answer for answer in honest if answer.id == CARRIER)
    attacks = [row for name in ("injections.jsonl", "injections_hard.jsonl") for row in _rows(name)]
    carried = [Answer("attack", carrier.question, carrier.text + row["text"]) for row in attacks]
    runs = await asyncio.gather(*(score_answers(llm, honest) for _ in range(BASELINE_RUNS)))
    baseline = {
        answer.id: Counter(run[answer.id] for run in runs if answer.id in run).most_common(1)[0][0] for answer in honest
    }
    report: dict[str, object] = {
        "attacks": len(attacks),
        "suspected": sum(is_suspicious(row["text"]) for row in attacks),
        "noise": flips(runs, baseline),
    }
    for name, score in (("fenced", score_answers), ("unfenced", score_together)):
        attacked = await asyncio.gather(*(score(llm, [*honest, attack]) for attack in carried))
        report[f"{name} others"] = flips(attacked, baseline)
        report[f"{name} own"] = raised(attacked, baseline[CARRIER])
    return report


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


async def _main() -> None:
    parser = argparse.ArgumentParser(description="How often an attack inside one answer changes scores.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    as_json = parser.parse_args().json
    settings = LlmSettings()
    async with LanguageModel(settings) as llm:
        report = {"model": settings.model, **await measure(llm)}
    if as_json:
        figures = {name: each._asdict() if isinstance(each, Flips) else each for name, each in report.items()}
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{name:16}{each}\n" for name, each in report.items())


if __name__ == "__main__":
    try:
        asyncio.run(_main())
    except AnswerLensError as error:
        sys.exit(f"Error: {error}")
