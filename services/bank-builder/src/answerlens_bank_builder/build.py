"""Builds the question bank of a keyword: groups what people ask, and writes as many questions for each group."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from answerlens_bank_builder.bank import Bank, BankCluster, NoSourceQuestionsError
from answerlens_bank_builder.brands import KnownBrands, find_brands
from answerlens_bank_builder.clustering import number_of_clusters
from answerlens_bank_builder.filling import Writer, fill_clusters
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.labelling import group_with_model
from answerlens_bank_builder.panel import ClusterPlan, Panel, plan_clusters
from answerlens_bank_builder.pool import QuestionPool, distinct
from answerlens_bank_builder.writing import WrittenQuestion, name_intents, unlike
from answerlens_common.llm import LanguageModel
from answerlens_common.text.folding import question_key

NO_PANEL = Panel()


async def build_bank(
    keyword: str,
    source_questions: Sequence[str],
    *,
    grouper: Grouper,
    llm: LanguageModel,
    clusters: int = 8,
    per_cluster: int = 25,
    panel: Panel = NO_PANEL,
    on_cluster: Callable[[BankCluster], Awaitable[None]] | None = None,
) -> Bank:
    """Build the bank of a keyword; the same questions in the same order and the same replies give the same bank.

    Nothing of an interrupted build is needed: the model's complete replies to it are remembered for a day
    (`answerlens_common.llm`), so the next one asks only what had none, and comes to the bank that it would have come to
    without the interruption.

    Args:
        keyword: what the questions are about.
        source_questions: what people ask; equal ones count once.
        grouper: groups the source questions, and its model tells which questions are too near.
        llm: proposes and names intents, labels the source questions and writes new ones.
        clusters: how many clusters, where as many intents have 3 source questions each.
        per_cluster: exactly how many questions each cluster gets.
        panel: the bank before, of which questions that still belong to their cluster are kept.
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
    plans = {plan.cluster_id: plan for plan in plan_clusters(groups, panel, placed)}
    finished: dict[int, BankCluster] = {}

    async def finish(cluster: BankCluster) -> None:
        finished[cluster.cluster_id] = cluster
        if on_cluster is not None:
            await on_cluster(cluster)

    intents = await _intents(llm, keyword, plans)
    brands = KnownBrands(keyword, sources, await find_brands(llm, keyword, sources))
    kept = _half_up(panel.share * per_cluster)
    begun = [_begun(plan, intents[each], kept, brands) for each, plan in plans.items()]
    pool = QuestionPool(grouper.model, (await grouper.model.embed(sources)).mean(axis=0), keyword)
    await pool.put([question for each in begun for question in each.questions])
    about_brands = {each: plan.group.about_brands for each, plan in plans.items()}
    await fill_clusters(Writer(llm, keyword, brands, pool), begun, about_brands, per_cluster, finish)
    grouped = {question for group in groups for question in group.questions}
    left_over = tuple(question for question in sources if question not in grouped)
    notes = _notes(len(sources), len(left_over), len(plans), clusters)
    return Bank(keyword, tuple(finished[each] for each in sorted(plans)), notes, left_over)


async def _intents(llm: LanguageModel, keyword: str, plans: Mapping[int, ClusterPlan]) -> dict[int, str]:
    """The name of each cluster's intent: a cluster that goes on keeps its own."""
    names = {each: plan.intent for each, plan in plans.items() if plan.intent is not None}
    keys = {question_key(name) for name in names.values()}
    for each, plan in plans.items():
        if plan.intent is None and plan.group.is_named:
            names[each] = unlike(plan.group.intent, keys)
            keys.add(question_key(names[each]))
    new = {each: plan.group for each, plan in plans.items() if each not in names}
    if new:
        questions = {each: group.questions for each, group in new.items()}
        generic = {each: group.intent for each, group in new.items()}
        names |= await name_intents(llm, keyword, questions, generic, taken=list(names.values()))
    return names


def _begun(plan: ClusterPlan, intent: str, kept: int, brands: KnownBrands) -> BankCluster:
    """A cluster with its anchors: those that may be asked where they stand."""
    named = {each: brands.named_in(WrittenQuestion(each.question, each.brands)) for each in plan.kept_questions}
    staying = [
        each
        for each in plan.kept_questions
        if plan.group.about_brands or not brands.are_beside_the_subject(named[each])
    ]
    anchors = tuple(staying[:kept])
    return BankCluster(
        plan.cluster_id,
        intent,
        plan.group.questions,
        questions=tuple(each.question for each in anchors),
        brands=tuple(named[each] for each in anchors),
        anchors=anchors,
    )


def _half_up(number: float) -> int:
    return int(number + 0.5)


def _notes(sources: int, left_over: int, built: int, wanted: int) -> tuple[str, ...]:
    notes = []
    if built < wanted:
        scarce = number_of_clusters(sources, wanted) < wanted
        reason = f"源问题只有 {sources} 个，因此" if scarce else f"{sources} 个源问题能分清的意图不多，因此"
        notes.append(f"{reason}分为 {built} 个意图簇，而不是 {wanted} 个")
    if left_over:
        notes.append(f"{sources} 个源问题中有 {left_over} 个不属于任何意图簇（其他），没有据此提问")
    return tuple(notes)
