import itertools

import pytest

from answerlens_sandbox.catalogue import Field, field_for, fields
from answerlens_sandbox.draw import fold

ALL = [*fields(), *(field_for(seed, "宠物饮水机") for seed in range(20))]


def test_earphones_have_the_brands_of_the_demonstration() -> None:
    earphones = next(each for each in fields() if each.keyword == "蓝牙耳机")
    for name in ("索尼", "Sony", "Bose", "苹果", "AirPods", "华为", "小米", "漫步者", "森海塞尔", "耐克"):
        assert earphones.brand(name) is not None
    assert len(fields()) >= 7


@pytest.mark.parametrize("field", ALL, ids=lambda field: field.keyword)
def test_no_name_of_a_brand_lies_in_a_name_or_model_of_another(field: Field) -> None:
    for one, other in itertools.permutations(field.brands, 2):
        for name in one.names:
            for text in (*other.names, *other.models):
                assert fold(name) not in fold(text), (name, text)


@pytest.mark.parametrize("field", ALL, ids=lambda field: field.keyword)
def test_no_domain_belongs_to_two_brands(field: Field) -> None:
    for one, other in itertools.permutations(field.brands, 2):
        for domain in one.domains:
            assert not any(theirs == domain or theirs.endswith("." + domain) for theirs in other.domains)


@pytest.mark.parametrize("field", ALL, ids=lambda field: field.keyword)
def test_there_are_enough_words_for_every_slot(field: Field) -> None:
    for name in ("types", "aspects", "scenes", "persons", "faults", "usages", "terms", "budgets"):
        assert len(set(field.vocabulary[name])) >= 6


def test_an_unknown_keyword_has_brands_of_its_own_by_seed() -> None:
    first, again, other = (field_for(seed, "宠物饮水机") for seed in (1, 1, 2))
    assert first == again
    assert {brand.name for brand in first.brands} != {brand.name for brand in other.brands}
    assert len({brand.name for brand in first.brands}) == 9
    assert {brand.name for brand in first.brands} != {brand.name for brand in field_for(1, "折叠自行车").brands}


def test_a_narrower_keyword_has_the_brands_of_the_field_in_it() -> None:
    narrow = field_for(1, "儿童电动牙刷")
    assert narrow.keyword == "儿童电动牙刷"
    assert narrow.brand("usmile") is not None


def test_a_brand_is_found_by_alias_in_any_spelling() -> None:
    assert field_for(1, "蓝牙耳机").brand("ＳＯＮＹ") == field_for(1, "蓝牙耳机").brand("索尼")
    assert field_for(1, "蓝牙耳机").brand("戴森") is None
