from typing import Any

import pytest
from pydantic import ValidationError

from answerlens_orders.brands.contradictions import contradictions
from answerlens_orders.orders.form import OrderForm


def form(**changes: Any) -> OrderForm:
    return OrderForm.model_validate({"keyword": "蓝牙耳机", "brand": {"name": "索尼"}} | changes)


def test_what_is_left_out_has_a_default() -> None:
    order = form()
    assert (order.engines, order.priority, order.track_days, order.competitors) == (None, 5, 7, [])
    lists: dict[str, list[str]] = {"aliases": [], "domains": [], "context": [], "exclude": []}
    assert order.brand.model_dump() == {"name": "索尼", **lists, "variants": False, "exact": False}


def test_names_are_kept_once_whatever_their_case_and_width() -> None:
    brand = form(
        brand={"name": "Sony", "aliases": ["SONY", "索尼", "ｓｏｎｙ", "索尼"], "domains": ["Sony.com", "sony.com."]}
    ).brand
    assert brand.aliases == ["索尼"]
    assert brand.domains == ["sony.com"]


@pytest.mark.parametrize(
    ("changes", "location"),
    [
        ({"keyword": 7}, ("keyword",)),
        ({"brand": "索尼"}, ("brand",)),
        ({"brand": {}}, ("brand", "name")),
        ({"brand": {"name": "索尼", "aliases": "Sony"}}, ("brand", "aliases")),
        ({"brand": {"name": "索尼", "aliases": [""]}}, ("brand", "aliases", 0)),
        ({"brand": {"name": "索尼", "aliases": ["x"] * 21}}, ("brand", "aliases")),
        ({"brand": {"name": "索尼", "colour": "black"}}, ("brand", "colour")),
        ({"competitors": [{"aliases": ["Bose"]}]}, ("competitors", 0, "name")),
        ({"competitors": [{"name": f"b{n}"} for n in range(21)]}, ("competitors",)),
        ({"engines": []}, ("engines",)),
        ({"engines": [1]}, ("engines", 0)),
        ({"priority": 10}, ("priority",)),
        ({"priority": -1}, ("priority",)),
        ({"priority": "5"}, ("priority",)),
        ({"priority": 5.0}, ("priority",)),
        ({"priority": True}, ("priority",)),
        ({"track_days": 366}, ("track_days",)),
        ({"user": "somebody"}, ("user",)),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], location: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        form(**changes)
    assert [error["loc"] for error in refused.value.errors()] == [location]


def test_a_name_that_stands_for_two_brands_is_refused() -> None:
    order = form(
        brand={"name": "索尼", "aliases": ["Sony"]},
        competitors=[{"name": "Bose", "aliases": ["ＳＯＮＹ"]}, {"name": "bose"}, {"name": "华为"}],
    )
    assert [(error.field, error.message) for error in contradictions(order.brand, order.competitors)] == [
        ("competitors[0].aliases[0]", "'ＳＯＮＹ' is a name of brand too"),
        ("competitors[1].name", "'bose' is a name of competitors[0] too"),
    ]


def test_names_that_differ_in_accents_or_separators_are_the_same_unless_they_are_exact() -> None:
    rivals = [{"name": "Lancome"}, {"name": "Demand IQ"}]
    order = form(brand={"name": "Lancôme", "aliases": ["Demand-IQ"]}, competitors=rivals)
    assert [error.field for error in contradictions(order.brand, order.competitors)] == [
        "competitors[0].name",
        "competitors[1].name",
    ]
    exact = [{**rival, "exact": True} for rival in rivals]
    order = form(brand={"name": "Lancôme", "aliases": ["Demand-IQ"], "exact": True}, competitors=exact)
    assert contradictions(order.brand, order.competitors) == []


@pytest.mark.case("o11")
@pytest.mark.parametrize(
    "domain",
    ["com.cn", "github.io", "cn", "co.uk", "gov.cn", "com", "pages.dev", "vercel.app", "sony.invalid"],
)
def test_a_public_suffix_is_no_domain_of_a_brand(domain: str) -> None:
    for changes, location in (
        ({"brand": {"name": "索尼", "domains": ["sony.com", domain]}}, ("brand", "domains", 1)),
        ({"competitors": [{"name": "Bose", "domains": [domain]}]}, ("competitors", 0, "domains", 0)),
    ):
        with pytest.raises(ValidationError) as refused:
            form(**changes)
        assert [error["loc"] for error in refused.value.errors()] == [location]


@pytest.mark.case("o11")
def test_a_domain_of_two_brands_is_refused() -> None:
    order = form(
        brand={"name": "索尼", "domains": ["sony.com", "sony.com.cn"]},
        competitors=[
            {"name": "Bose", "domains": ["bose.cn", "Sony.com"]},
            {"name": "JBL", "domains": ["www.bose.cn", "store.sony.com"]},
        ],
    )
    assert [(error.field, error.message) for error in contradictions(order.brand, order.competitors)] == [
        ("competitors[0].domains[1]", "sony.com is a domain of brand too"),
        ("competitors[1].domains[0]", "www.bose.cn is a domain of competitors[0] too"),
    ]


def test_a_variant_of_a_name_may_not_be_another_brands_name() -> None:
    rivals = [{"name": "華為"}, {"name": "蘋果", "aliases": ["苹果"]}]
    apart = form(brand={"name": "华为"}, competitors=rivals)
    assert contradictions(apart.brand, apart.competitors) == []
    order = form(brand={"name": "华为", "variants": True}, competitors=rivals)
    assert [error.field for error in contradictions(order.brand, order.competitors)] == ["competitors[0].name"]


def test_engines_must_be_known_and_distinct() -> None:
    errors = form(engines=["chat-b", "chat-x", "chat-b"]).engine_errors(["chat-a", "chat-b"])
    assert [(error.field, error.message) for error in errors] == [
        ("engines[1]", "no engine that runs here (enabled, of kind browser); those are chat-a, chat-b"),
        ("engines[2]", "chat-b is named twice"),
    ]
    assert form(engines=None).engine_errors(["chat-a"]) == []


def test_two_forms_that_say_the_same_have_one_hash() -> None:
    same = form(keyword=" 蓝牙耳机 ", priority=5, brand={"domains": [], "name": "索尼"})
    assert same.sha256() == form().sha256()
    assert form(priority=6).sha256() != form().sha256()
    assert form(engines=["chat-a"]).sha256() != form().sha256()
