"""From a run's answers to every order's outcomes: one pass over the texts for all brands of all orders."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from answerlens_analyzer.cache import Order, StoredAnswer
from answerlens_analyzer.outcomes import Outcome, Outcomes, linking, naming
from answerlens_common.links import classify
from answerlens_common.matching import BrandNames, Hit, Matcher, fold_text, longest, refold

Brand = Mapping[str, Any]


def outcomes_of(answers: Sequence[StoredAnswer], orders: Sequence[Order], surface: str) -> dict[UUID, Outcomes]:
    """What each answer was worth to each order; a failed answer is worth nothing, and says so."""
    brands = {brand_key(brand): brand for order in orders for brand in (order.brand, *order.competitors)}
    matcher = Matcher([_names(key, brand) for key, brand in brands.items()])
    answered = [matcher.scan(refold(answer.text, answer.folded)) for answer in answers]
    asked = {answer.question_id: matcher.scan(fold_text(answer.question)) for answer in answers}
    return {
        order.order_id: Outcomes.of(
            [
                _outcome(answer, hits, asked[answer.question_id], order)
                for answer, hits in zip(answers, answered, strict=True)
            ],
            [competitor["name"] for competitor in order.competitors],
            surface,
        )
        for order in orders
    }


def brand_key(brand: Brand) -> str:
    """The same for brands that are looked for in the same way, whoever ordered them."""
    return json.dumps(
        [brand["name"], *(sorted(brand.get(field) or ()) for field in ("aliases", "context", "exclude"))],
        ensure_ascii=False,
    )


def _names(key: str, brand: Brand) -> BrandNames:
    return BrandNames(
        key=key,
        name=brand["name"],
        aliases=tuple(brand.get("aliases") or ()),
        context=tuple(brand.get("context") or ()),
        exclude=tuple(brand.get("exclude") or ()),
    )


def _outcome(
    answer: StoredAnswer, hits: Mapping[str, Sequence[Hit]], asked: Mapping[str, Sequence[Hit]], order: Order
) -> Outcome:
    own, *others = keys = [brand_key(brand) for brand in (order.brand, *order.competitors)]
    named = naming(longest(hits, keys), own, others)
    domains = order.brand.get("domains") or ()
    rivals = [domain for competitor in order.competitors for domain in competitor.get("domains") or ()]
    linked = linking([(classify(link.url, domains, rivals), link.cited) for link in answer.links])
    return Outcome(
        question_id=answer.question_id,
        cluster_id=answer.cluster_id,
        # a question that names one of the order's brands says little about what is named unasked
        branded=bool(longest(asked, keys)),
        replicate=answer.replicate,
        ok=answer.status == "ok",
        score=answer.score,
        named=named.named,
        position=named.position,
        competitors_named=named.competitors_named,
        cited_own=linked.cited_own,
        listed_own=linked.listed_own,
        cited_total=linked.cited_total,
    )
