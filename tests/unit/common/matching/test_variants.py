import pytest

from answerlens_common.text.matching import BrandNames, Matcher, fold_text
from answerlens_common.text.matching.variants import simplified, spellings

APPLE = BrandNames("苹果", "苹果", ("iPhone",), context=("手机",), exclude=("苹果醋", "果园"), variants=True)
HUAWEI = BrandNames("华为", "华为", ("鸿蒙智行",), variants=True)


def found(text: str, *brands: BrandNames) -> list[str]:
    return [text[start:end] for _, start, end in Matcher(brands).find(fold_text(text))]


def test_variants_are_looked_for_on_request_only() -> None:
    text = "推薦華為和华为，還有華爲。"
    assert found(text, HUAWEI) == ["華為", "华为", "華爲"]
    assert found(text, BrandNames("华为", "华为")) == ["华为"]
    assert found("鴻蒙智行與問界", HUAWEI) == ["鴻蒙智行"]


def test_a_name_given_in_traditional_characters_has_variants_too() -> None:
    assert found("华为、華為", BrandNames("華為", "華為", variants=True)) == ["华为", "華為"]


@pytest.mark.parametrize("text", ["蘋果手機續航一般", "苹果手機續航一般", "蘋果手机续航一般"])
def test_the_words_of_a_homonym_have_variants_too(text: str) -> None:
    assert found(text, APPLE) == [text[:2]]


@pytest.mark.parametrize("text", ["每天吃一個蘋果", "蘋果醋配手機殼", "蘋果園裡用手機，果園真大", "果園裡用手機拍蘋果"])
def test_a_homonym_stays_one_in_the_other_script(text: str) -> None:
    assert not found(text, APPLE)


@pytest.mark.parametrize(
    ("text", "names"),
    [("最美的風景在這裡", ["美的"]), ("請放鬆下來", ["松下"]), ("獲得物質獎勵", ["得物"]), ("靠人格力量", ["格力"])],
)
def test_word_boundaries_hold_in_traditional_text(text: str, names: list[str]) -> None:
    assert not found(text, *(BrandNames(name, name, variants=True) for name in names))


def test_an_absence_in_traditional_text_is_no_mention() -> None:
    assert not found("沒有找到華為的相關資料。", HUAWEI)
    assert found("沒有找到華為的缺點。", HUAWEI) == ["華為"]


def test_every_spelling_of_a_name_begins_with_its_own() -> None:
    assert spellings("华为")[:3] == ("华为", "華爲", "華為")
    assert spellings("華為")[0] == "華為"
    assert {"鐘薛高", "鍾薛高"} <= set(spellings("钟薛高"))
    assert spellings("sony") == ("sony",)
    assert len(spellings("发发发发台台台台")) < 10


def test_simplifying_keeps_every_character_in_its_place() -> None:
    assert simplified("蘋果和乾隆，Sony很乾淨") == "苹果和乾隆，Sony很干净"
    text = "苹果没有变化"
    assert simplified(text) is text
