"""How far a measurement is, derived from what it left in the database: never stored, so it cannot disagree.

    search 0–5 % → bank –15 % → collect –85 % → score –97 % → analyse –100 %

Each engine is in one stage; the measurement shows the earliest that an unfinished engine is in, and the mean of the
engines' progress. Rows only grow in number while a day is worked on, so progress only grows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from pydantic import BaseModel, Field

from answerlens_common.contracts.statuses import CollectionStatus, EngineStatus
from answerlens_orders.measurements.progress_counts import EngineCounts


class StageNumber(IntEnum):
    """The stages, in order."""

    SEARCH = 0
    BANK = 1
    COLLECT = 2
    SCORE = 3
    ANALYSE = 4


# where each stage begins, in percent; the last entry is the end
BOUNDS = (0, 5, 15, 85, 97, 100)


class Progress(BaseModel):
    """How far a measurement is: `done` of `total` of its `stage`, and the percentage of the whole."""

    stage: str | None = Field(
        description="search, bank, collect, score or analyse; null once it has ended", examples=["collect"]
    )
    done: int = Field(examples=[120])
    total: int = Field(examples=[400])
    progress: int | None = Field(
        ge=0, le=100, description="percent; null for what failed or was cancelled", examples=[36]
    )
    eta_seconds: int | None = Field(
        description="what is left of the stage at its pace so far; null when that cannot be told", examples=[95]
    )


@dataclass(frozen=True)
class Step:
    """One engine's stage: `done` of `total`, `seconds` after it began."""

    stage: StageNumber
    done: int
    total: int
    seconds: float | None = None

    @property
    def percent(self) -> float:
        """How far the engine is on the whole."""
        begin, end = BOUNDS[self.stage], BOUNDS[self.stage + 1]
        return begin + (end - begin) * min(1.0, self.done / self.total if self.total else 0.0)

    @property
    def eta(self) -> float | None:
        """Seconds left of the stage, at the pace so far."""
        if not self.seconds or not self.done:
            return None
        return max(0.0, self.seconds / self.done * (self.total - self.done))


def step_of(counts: EngineCounts) -> Step:
    """The stage that an engine is in; for one that has failed, the stage it failed in."""
    if counts.status == EngineStatus.ANALYSED:
        return Step(StageNumber.ANALYSE, 1, 1)
    if counts.run_status == CollectionStatus.SCORED:
        return Step(StageNumber.ANALYSE, 0, 1)
    if counts.run_status == CollectionStatus.COLLECTED:
        return Step(StageNumber.SCORE, counts.scores, counts.ok, counts.score_seconds)
    if counts.run_status is not None or counts.bank_ready:
        return Step(StageNumber.COLLECT, counts.answers, counts.run_total, counts.collect_seconds)
    if counts.questions or counts.searched:
        return Step(StageNumber.BANK, counts.questions, counts.bank_total, counts.bank_seconds)
    return Step(StageNumber.SEARCH, 0, 1)


def completed(engines: int) -> Progress:
    """The progress of a measurement that has been completed on so many engines."""
    return Progress(stage=None, done=engines, total=engines, progress=100, eta_seconds=None)


def stopped() -> Progress:
    """The progress of a measurement that failed or was cancelled: its keyword's rows go on growing for others."""
    return Progress(stage=None, done=0, total=0, progress=None, eta_seconds=None)


def progress_of(engines: Sequence[EngineCounts]) -> Progress:
    """The progress of a measurement that has not ended, from the counts of its engines.

    While some engines work on, one that has failed counts as done with the stage they are in.
    """
    steps = {each.engine: step_of(each) for each in engines}
    unfinished = [steps[each.engine] for each in engines if each.status == EngineStatus.PENDING]
    stage = min((step.stage for step in unfinished or steps.values()), default=StageNumber.SEARCH)
    shares = []
    for each in engines:
        step, total = steps[each.engine], _total_in(stage, each)
        is_past = step.stage > stage or (bool(unfinished) and each.status != EngineStatus.PENDING)
        shares.append((total if is_past else min(step.done, total), total))
    if stage in {StageNumber.SEARCH, StageNumber.BANK}:
        shares = shares[:1]  # one search and one bank for all engines
    etas = [step.eta for step in unfinished if step.stage == stage]
    known = [eta for eta in etas if eta is not None]
    return Progress(
        stage=stage.name.lower(),
        done=sum(done for done, _ in shares),
        total=sum(total for _, total in shares),
        progress=math.floor(sum(step.percent for step in steps.values()) / max(1, len(steps))),
        eta_seconds=math.ceil(max(known)) if known and len(known) == len(etas) else None,
    )


def _total_in(stage: StageNumber, counts: EngineCounts) -> int:
    """How much there is to do in a stage."""
    match stage:
        case StageNumber.BANK:
            return counts.bank_total
        case StageNumber.COLLECT:
            return counts.run_total
        case StageNumber.SCORE:
            return counts.ok
        case _:
            return 1
