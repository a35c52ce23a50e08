import pytest

from answerlens_common.text.matching import fold_text
from answerlens_common.text.matching.numbers import continues_number


def continues(text: str) -> bool:
    before, name, after = text.split("|")
    return continues_number(fold_text(before + name + after), len(before), len(before + name))


@pytest.mark.parametrize(
    "text",
    [
        "Mate60，|三星|",
        "1.|九阳|",
        "第2|三星|",
        "24|百度|",
        "周六|三星|",
        "双十一|三星|",
        "之一|三星|",
        "60，|360|",
        "1.|58同城|\n",
        "1.|360|卫士",
    ],
)
def test_a_number_ends_where_no_number_goes_on(text: str) -> None:
    assert not continues(text)


@pytest.mark.parametrize(
    "text",
    [
        "二|百度|",
        "3|千禾|",
        "十|三星|",
        "30|万科|",
        "1|360|",
        "1.|360|元",
        "2,|360|",
        "1月|九号|",
        "双十|一加|",
        "1.5|千禾|",
    ],
)
def test_what_is_part_of_a_number_is_no_name(text: str) -> None:
    assert continues(text)
