"""What texts name: jobs for a process of its own, which imports this module and the matcher, and little else.

Brands come as orders keep them: name, aliases, domains, context, exclude and variants.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from answerlens_common.text.branding import BrandedQuestions
from answerlens_common.text.links import group_key
from answerlens_common.text.matching import BrandNames, Matcher, fold_text

# Of what is named more often as much is shown, and how often: of each brand in a text, and in all.
MOST_SHOWN: Final = 1000
MOST_SHOWN_IN_ALL: Final = 5000
_AROUND: Final = 20

Brand = Mapping[str, Any]


def prepare() -> None:
    """Load what the matcher needs, before there is a job."""
    Matcher([BrandNames("小米", "小米", variants=True)]).find(fold_text("买小米"))


def previewed(brands: Sequence[Brand], texts: Sequence[str]) -> bytes:
    """The JSON of `brands.views.MentionsPreview`: for each text where it names each brand, by the brand's name."""
    matcher = Matcher(BrandNames.stored(brand["name"], brand) for brand in brands)
    names = [brand["name"] for brand in brands]
    left = MOST_SHOWN_IN_ALL
    results = []
    for text in texts:
        found = _found(matcher, names, text, left)
        left -= sum(map(len, found["mentions"].values()))
        results.append(found)
    return json.dumps({"results": results}, ensure_ascii=False).encode()


def _found(matcher: Matcher, names: Sequence[str], text: str, most: int) -> dict[str, Any]:
    mentions: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    counts = dict.fromkeys(names, 0)
    for name, start, end in matcher.find(fold_text(text)):
        counts[name] += 1
        if most and counts[name] <= MOST_SHOWN:
            most -= 1
            mentions[name].append({"start": start, "end": end, "text": text[start:end]})
    return {"mentions": mentions, "counts": counts}


def branded(keyword: str, ordered: Sequence[Sequence[Brand]], texts: Sequence[str]) -> list[bool]:
    """Whether each text is branded for one of the orders, by the rule of the analysis.

    Args:
        keyword: that of the orders.
        ordered: for each order its brand and its competitors.
        texts: questions.
    """
    names = [[BrandNames.stored(str(n), brand) for n, brand in enumerate(brands)] for brands in ordered]
    orders = [(BrandedQuestions(keyword, brands), [brand.key for brand in brands]) for brands in names]
    return [any(questions.look_at(text).is_branded(keys) for questions, keys in orders) for text in texts]


class Trial(NamedTuple):
    """Of answers, how many name a brand, how many still do with context words, and where some no longer would."""

    naming: int
    with_context: int
    examples: list[str]


def tried(brand: Brand, context: Sequence[str], answers: Sequence[str], most_examples: int) -> Trial:
    """What a brand's names find in answers, as they are and with these context words."""
    names = BrandNames.stored(brand["name"], brand)
    as_ordered = Matcher([names])
    near_context = Matcher([replace(names, context=tuple(context))])
    naming, with_context = 0, 0
    examples: list[str] = []
    for answer in answers:
        folded = fold_text(answer)
        found = as_ordered.find(folded)
        kept = {mention.start for mention in near_context.find(folded)}
        naming += bool(found)
        with_context += bool(kept)
        lost = next((mention for mention in found if mention.start not in kept), None)
        if lost is not None and len(examples) < most_examples:
            around = answer[max(0, lost.start - _AROUND) : lost.end + _AROUND]
            examples.append(" ".join(around.split()))
    return Trial(naming, with_context, examples)


def clashes(brands: Sequence[tuple[str, Brand]]) -> list[tuple[str, str]]:
    """Names and domains that stand for two brands at once: an answer with such a one would count for both.

    Args:
        brands: each with the field that it stands in.

    Returns:
        The fields at fault, each with what is wrong.
    """
    named: dict[str, str] = {}
    owned: dict[str, str] = {}
    found = []
    for field, brand in brands:
        names = BrandNames.stored(field, brand)
        for path, name in _names(field, brand):
            owner = next(filter(None, (named.get(spelling) for spelling in names.spelled([name]))), field)
            if owner != field:
                found.append((path, f"{name!r} is a name of {owner} too"))
        named = dict.fromkeys(names.folded_names, field) | named
        for n, domain in enumerate(brand["domains"]):
            # www.sony.com and sony.com are one; store.sony.com is more exact, and so tells them apart
            owner = owned.setdefault(group_key(domain), field)
            if owner != field:
                found.append((f"{field}.domains[{n}]", f"{domain} is a domain of {owner} too"))
    return found


def _names(field: str, brand: Brand) -> Iterator[tuple[str, str]]:
    yield f"{field}.name", brand["name"]
    for n, alias in enumerate(brand["aliases"]):
        yield f"{field}.aliases[{n}]", alias
