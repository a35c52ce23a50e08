"""From a collection's answers to every order's outcomes: one pass over the texts for all brands of all orders."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from answerlens_analyzer.store import Order, StoredAnswer
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.text.branding import AskedQuestion, BrandedQuestions
from answerlens_common.text.links import Owners
from answerlens_common.text.matching import BrandNames, Hit, Matcher, Mention, longest, refold
from answerlens_rates.headline import KeywordNames
from answerlens_rates.outcomes import Outcome, Outcomes, linking, naming

Brand = Mapping[str, Any]


class Sought(Protocol):
    """A brand that is looked for, and those that it is compared with: of an order, or of a diagnosis."""

    @property
    def brand(self) -> Brand:
        """As orders keep one."""

    @property
    def competitors(self) -> Sequence[Brand]:
        """Likewise."""


Spans = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Analysed:
    """What a collection's answers were worth to one order.

    Attributes:
        outcomes: An answer a row.
        mentions: For each row where the answer names whom: first code point, one past the last, and 0 for the brand
            or n for the n-th competitor.
        statuses: For each row the status of the answer.
        in_keyword: Whom the keyword names itself.
    """

    outcomes: Outcomes
    mentions: list[Spans]
    statuses: list[str]
    in_keyword: KeywordNames

    def judged_by(self, labels: Sequence[int | None]) -> "Analysed":
        """The same with what is known already of what each answer thinks of the brand."""
        return replace(self, outcomes=self.outcomes.judged_by(labels))

    def columns(self) -> dict[str, Any]:
        """As it is kept for good."""
        return {**self.outcomes.columns(), "mentions": self.mentions, "status": self.statuses}


def names_version(order: Sought) -> str:
    """Part of the lineage of every number: the same for orders that look for the same names and domains."""
    brands = [[brand_key(brand), sorted(brand.get("domains") or ())] for brand in (order.brand, *order.competitors)]
    return hashlib.sha256(json.dumps(brands, ensure_ascii=False).encode()).hexdigest()[:12]


def each_by_itself(
    answers: Sequence[StoredAnswer], orders: Sequence[Order], surface: str, keyword: str
) -> dict[UUID, Analysed | Exception]:
    """`outcomes_of` all orders, or what kept it from those of an order.

    The orders are strangers to one another: names of one that cannot be looked for cost the others nothing.
    """
    try:
        return {**outcomes_of(answers, orders, surface, keyword)}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told of the order that it comes from
        if len(orders) == 1:
            return {orders[0].order_id: error}
    found: dict[UUID, Analysed | Exception] = {}
    for order in orders:
        found |= each_by_itself(answers, [order], surface, keyword)
    return found


def outcomes_of(
    answers: Sequence[StoredAnswer], orders: Sequence[Order], surface: str, keyword: str
) -> dict[UUID, Analysed]:
    """What each answer was worth to each order."""
    found = look_for(answers, orders, surface, keyword)
    return {order.order_id: analysed for order, analysed in zip(orders, found, strict=True)}


def look_for(
    answers: Sequence[StoredAnswer], sought: Sequence[Sought], surface: str, keyword: str | None
) -> list[Analysed]:
    """What each answer was worth to each brand; a failed answer is worth nothing, and says so.

    A question about the `keyword` that names one of the brands besides is branded. Without a keyword they are a
    client's own questions, of which none is: they are asked as they are.
    """
    brands = {brand_key(brand): brand for each in sought for brand in (each.brand, *each.competitors)}
    looked_for = [BrandNames.stored(key, brand) for key, brand in brands.items()]
    matcher = Matcher(looked_for)
    questions = None if keyword is None else BrandedQuestions(keyword, looked_for)
    answered = [matcher.scan(refold(answer.text, answer.folded)) for answer in answers]
    asked = {
        question: questions.look_at(question) if questions else None
        for question in {answer.question for answer in answers}
    }
    statuses = [answer.status for answer in answers]
    analysed: list[Analysed] = []
    for each in sought:
        owners = _owners(each)
        rows = [
            _outcome(answer, hits, asked[answer.question], each, owners)
            for answer, hits in zip(answers, answered, strict=True)
        ]
        competitors = [competitor["name"] for competitor in each.competitors]
        outcomes = Outcomes.of([outcome for outcome, _ in rows], competitors, surface)
        own, *others = _keys(each)
        in_keyword = questions.in_keyword([own, *others]) if questions else []
        rivals = tuple(name for name, key in zip(competitors, others, strict=True) if key in in_keyword)
        named = KeywordNames(brand=own in in_keyword, competitors=rivals)
        analysed.append(Analysed(outcomes, [spans for _, spans in rows], statuses, named))
    return analysed


def _owners(order: Sought) -> Owners:
    rivals = [domain for competitor in order.competitors for domain in competitor.get("domains") or ()]
    return Owners(order.brand.get("domains") or (), rivals)


def _keys(order: Sought) -> list[str]:
    return [brand_key(brand) for brand in (order.brand, *order.competitors)]


def brand_key(brand: Brand) -> str:
    """The same for brands that are looked for in the same way, whichever order names them."""
    return json.dumps(
        [
            brand["name"],
            *(sorted(brand.get(field) or ()) for field in ("aliases", "context", "exclude")),
            bool(brand.get("variants")),
            *(["exact"] if brand.get("exact") else []),  # the key of brands ordered before this was asked stays
        ],
        ensure_ascii=False,
    )


def _outcome(
    answer: StoredAnswer, hits: Mapping[str, Sequence[Hit]], asked: AskedQuestion | None, order: Sought, owners: Owners
) -> tuple[Outcome, Spans]:
    own, *others = keys = _keys(order)
    mentions = longest(hits, keys)
    named = naming(mentions, own, others)
    linked = linking([(owners.of(link.url), link.cited) for link in answer.links])
    outcome = Outcome(
        question_id=answer.question_id,
        cluster_id=answer.cluster_id,
        # a question that names one of the order's brands says little about what is named unasked
        branded=asked is not None and asked.is_branded(keys),
        replicate=answer.replicate,
        ok=answer.status == AnswerStatus.OK,
        score=answer.score,
        named=named.named,
        position=named.position,
        competitors_named=named.competitors_named,
        cited_own=linked.cited_own,
        listed_own=linked.listed_own,
        cited_total=linked.cited_total,
        citations_known=answer.citations_known,
    )
    return outcome, _spans(mentions, keys)


def _spans(mentions: Sequence[Mention], keys: Sequence[str]) -> Spans:
    return [(mention.start, mention.end, keys.index(mention.brand_key)) for mention in mentions]
