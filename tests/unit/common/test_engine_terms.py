from typing import Any

import pytest

from answerlens_common.contracts.engine_terms import Price, Terms


@pytest.mark.parametrize(
    ("kind", "profile", "spacing", "places"),
    [
        ("browser", {}, 0.0, 3),
        ("browser", {"pacing": {"min_seconds_between_asks": 60, "pages": 5}}, 60.0, 5),
        ("api", {"pacing": {"parallel": 8}, "kind": "browser"}, 0.0, 8),
        ("api", {"model": "m"}, 0.0, 4),
        ("service", {}, 0.0, 1),
    ],
)
def test_a_file_of_any_kind_says_its_pace(kind: str, profile: dict[str, Any], spacing: float, places: int) -> None:
    terms = Terms.of(kind, profile)
    assert (terms.kind, terms.spacing, terms.places, terms.price) == (kind, spacing, places, None)


def test_terms_that_cannot_be_read_are_none() -> None:
    assert Terms.of("api", {"pacing": {"min_seconds_between_asks": "soon"}, "price": 3}) == Terms(kind="api")


def test_a_price_is_of_questions_and_of_a_million_tokens() -> None:
    price = Price(currency="CNY", prompt=2.0, completion=8.0, question=0.01)
    assert price.of(100, 1_000_000, 500_000) == pytest.approx(1 + 2 + 4)
