"""`KeywordAnswersCollected` in, `KeywordScored` out."""

from collections.abc import Mapping
from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.errors import BusinessError
from answerlens_common.events import Event, KeywordAnswersCollected, KeywordScored
from answerlens_common.failures import Failure
from answerlens_common.llm import LanguageModel
from answerlens_common.work.claims import Lease
from answerlens_scorer import cache
from answerlens_scorer.score import score_answers


class TooManyUnscoredError(BusinessError):
    """Without the scores of so many answers the weighted rates would mean nothing."""

    failure = Failure.SCORES_MISSING

    def __init__(self, unscored: int, ok: int) -> None:
        super().__init__(f"the language model scored all but {unscored} of {ok} answers")
        self.unscored = unscored
        self.ok = ok


@dataclass(frozen=True)
class Handlers:
    """The score stage, with what it needs; `model` is the name under which the language model's scores are kept."""

    db: Database
    llm: LanguageModel
    fail_above: float
    model: str

    async def cached(self, event: KeywordAnswersCollected) -> list[Event] | None:
        """A run that is scored is not scored again; one that nobody waits for is left until somebody does.

        So is one whose answers are not all there: its last one says so again.
        """
        status = await cache.run_status(self.db, event)
        if status == "scored":
            return [KeywordScored.following(event)]
        return None if status == "collected" and await cache.is_wanted(self.db, event) else []

    async def on_keyword_answers_collected(self, event: KeywordAnswersCollected, lease: Lease) -> list[Event]:
        """Score what has no score yet, and keep each batch as it comes.

        A few answers may stay without a score.

        Raises:
            TooManyUnscoredError: more than a few.
        """
        answers = await cache.unscored(self.db, event)

        async def keep(scores: Mapping[str, int]) -> None:
            await cache.store(lease, event, answers, scores, self.model)

        scores = await score_answers(self.llm, [one.answer for one in answers], keep)
        unscored, ok = len(answers) - len(scores), await cache.count_ok(self.db, event)
        if unscored > self.fail_above * ok:
            raise TooManyUnscoredError(unscored, ok)
        await cache.close_run(lease, event)
        return [KeywordScored.following(event)]
