import pytest

from answerlens_common.text.matching import BrandNames, Matcher, fold_text


def is_named(text: str) -> bool:
    before, name, after = text.split("|")
    return bool(Matcher([BrandNames(name, name)]).find(fold_text(before + name + after)))


@pytest.mark.parametrize(
    "text",
    [
        "整改措施|得力|,事故少了",
        "班子分工明确,指挥|得力|。",
        "她不禁|联想|到故乡",
        "他|联想|起了小时候",
        "演讲很|完美|。",
        "往往不|知乎|所以",
        "这瓶|苹果|酒口感清爽",
        "他是个彻底的|理想|家",
        "王|海信|老师讲授力学",
        "中关村|联想|桥附近",
        "深圳|华为|大道旁",
    ],
)
def test_a_predicate_an_old_phrase_or_another_word_is_no_name(text: str) -> None:
    assert not is_named(text)


@pytest.mark.parametrize(
    "text",
    [
        "就买|得力|。",
        "办公文具选|得力|,学生文具选晨光",
        "听说|联想|到货了",
        "华硕和|联想|起诉了对方",
        "在|知乎|上搜了一圈",
        "送|茅台|酒",
        "|理想|家的增程技术成熟",
        "用|飞书|写周报",
        "去年|高通|向苹果收费",
        "|小米|大道理都懂",
        "入手|ASUS|ROG新品",
        "|oppo|reno13哪个好",
        "|OPPO|reno12表现不错",
    ],
)
def test_a_name_beside_anything_else_is_one(text: str) -> None:
    assert is_named(text)


@pytest.mark.parametrize("text", ["|OPPO|NENT", "|bose|man is here", "a |vivo|li pizza", "|BOSE|MAN is a town"])
def test_a_word_that_goes_on_is_no_series(text: str) -> None:
    assert not is_named(text)
