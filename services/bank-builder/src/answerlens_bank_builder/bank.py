"""The questions asked for a keyword, and why there may be none."""

from dataclasses import dataclass

from answerlens_bank_builder.panel import PanelQuestion
from answerlens_common.errors import BusinessError
from answerlens_common.failures import Failure


@dataclass(frozen=True)
class BankCluster:
    """One cluster of a bank: what people ask, what they want with it, and the questions written for it.

    Attributes:
        questions: the anchors' first, in their order.
        brands: for each question the brands that it names; empty while the cluster has no questions.
        anchors: those kept from the bank before.
    """

    cluster_id: int
    intent: str
    source_questions: tuple[str, ...]
    questions: tuple[str, ...]
    brands: tuple[tuple[str, ...], ...] = ()
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
