"""The brands of an order are read once; what is kept of them is bounded."""

import json
from typing import Any

import pytest

from answerlens_orders.brands import ordinary_names
from answerlens_orders.brands.form import Brand
from answerlens_orders.brands.kept import MOST_AT_HAND, kept_brands
from tests.unit.common.test_memory import held_mb

KEYWORD = "蓝牙耳机"


def stored(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_what_is_shown_is_what_was_ordered_with_the_warnings_of_its_names() -> None:
    own, rival = Brand(name="统一", aliases=["Uni"]), Brand(name="索尼", domains=["sony.com.cn"])
    kept = kept_brands(KEYWORD, stored(own.model_dump()), stored([rival.model_dump()]))
    assert (kept.brand, kept.competitors) == (own, [rival])
    assert [(warning.field, warning.name) for warning in kept.warnings] == [("brand.name", "统一")]
    assert kept_brands(KEYWORD, stored(own.model_dump()), stored([rival.model_dump()])) is kept, "read once"


def test_fields_that_an_older_order_does_not_know_have_their_defaults() -> None:
    assert kept_brands(KEYWORD, '{"name": "索尼"}', "[]").brand == Brand(name="索尼")


def test_another_keyword_has_other_warnings() -> None:
    brand = stored({"name": "统一"})
    (first,), (second,) = (kept_brands(keyword, brand, "[]").warnings for keyword in ("方便面", KEYWORD))
    assert first.context != second.context


@pytest.mark.case("o15")
@pytest.mark.parametrize("characters", [2, 12, 100])
def test_many_orders_with_many_names_leave_little(characters: int) -> None:
    """Names of two characters are the most that is kept: what Python needs for a string is more than they are long."""

    def order(number: int) -> str:
        def names(of: str) -> list[str]:
            return [f"{of}{chr(0x4E00 + number)}{chr(0x4E00 + n)}".ljust(characters, "长") for n in range(20)]

        lists = {field: names(field[0]) for field in ("aliases", "context", "exclude")}
        return stored([{"name": f"{number}名{n}", **lists, "domains": []} for n in range(20)])

    kept_brands(KEYWORD, '{"name": "索尼"}', "[]")  # the dictionaries are there for good
    orders = (order(number) for number in range(2 * MOST_AT_HAND))
    assert held_mb(kept_brands(KEYWORD, '{"name": "索尼"}', competitors) for competitors in orders) < 60


@pytest.mark.case("o15")
def test_many_ordinary_words_leave_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordinary_names, "is_ordinary_word", lambda name: name != "索尼")
    orders = (stored([{"name": f"{n}词{m}"} for m in range(20)]) for n in range(2 * MOST_AT_HAND))
    assert held_mb(kept_brands(KEYWORD, '{"name": "索尼"}', competitors) for competitors in orders) < 20
    full = stored([{"name": f"词{m}", "aliases": [f"词{m}之{n}" for n in range(20)]} for m in range(20)])
    assert len(kept_brands(KEYWORD, '{"name": "索尼"}', full).warnings) == 20
