import pytest

from answerlens_bank_builder.brands import KnownBrands
from answerlens_bank_builder.writing import WrittenQuestion

SOURCES = ["索尼和 Bose 的耳机哪个好？", "耳机怎么选？", "小米粥配什么耳机？", "耳机多少钱？", "华为耳机断连怎么办？"]
NAMES = ["索尼", "Bose", " bose", "小米", "苹果", "华为", "", "？", "长" * 61]


def brands(keyword: str = "耳机") -> KnownBrands:
    return KnownBrands(keyword, SOURCES, NAMES)


def test_only_names_that_stand_in_a_source_question_are_kept() -> None:
    assert {name.strip().lower() for name in brands().names} == {"索尼", "bose", "华为"}


@pytest.mark.parametrize(
    ("question", "listed", "named"),
    [
        ("索尼耳机好吗？", ("索尼",), {"索尼"}),
        ("索尼耳机好吗？", (), {"索尼"}),  # kept quiet about
        ("耳机好吗？", ("索尼",), set()),  # listed, and not there
        ("森海塞尔耳机好吗？", ("森海塞尔",), {"森海塞尔"}),  # nobody asked about it by name
        ("ＢＯＳＥ 耳机好吗？", (), {"bose"}),
        ("喝小米粥时戴耳机好吗？", (), set()),
        ("耳机好吗？", ("", "？", " "), set()),
    ],
)
def test_a_question_names_what_is_listed_and_there_or_known_and_there(
    question: str, listed: tuple[str, ...], named: set[str]
) -> None:
    found = brands().named_in(WrittenQuestion(question, listed))
    assert {name.strip().lower() for name in found} == named


@pytest.mark.parametrize(
    ("keyword", "name", "beside"),
    [
        ("耳机", "索尼", True),
        ("索尼耳机", "索尼", False),
        ("SONY 耳机", "Sony", False),
        ("索尼耳机", "Bose", True),
        ("索尼", "索尼", False),
    ],
)
def test_a_brand_in_the_keyword_is_the_subject(keyword: str, name: str, *, beside: bool) -> None:
    assert brands(keyword).are_beside_the_subject([name]) is beside


def test_a_brand_that_most_people_name_is_the_subject() -> None:
    sources = ["特斯拉 Model Y 值得买吗？", "特斯拉的 Model Y 续航多少？", "Model Y 和理想 L6 选谁？"]
    found = KnownBrands("Model Y", sources, ["特斯拉", "理想"])
    assert not found.are_beside_the_subject(["特斯拉"])
    assert found.are_beside_the_subject(["特斯拉", "理想"])


def test_a_brand_that_only_what_was_written_names_is_learnt() -> None:
    known = brands()
    known.learn(["森海塞尔", "铁三角", "森海"], ["森海塞尔耳机好吗？", "耳机好吗？"])
    assert known.named_in(WrittenQuestion("森海塞尔耳机贵吗？")) == ("森海塞尔",)
    assert known.named_in(WrittenQuestion("铁三角耳机贵吗？")) == ()
    assert known.named_in(WrittenQuestion("索尼耳机贵吗？")) == ("索尼",)
