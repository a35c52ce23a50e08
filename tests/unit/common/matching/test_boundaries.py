import pytest

from answerlens_common.text.matching import boundaries, fold_text
from answerlens_common.text.matching.boundaries import stands_alone
from answerlens_common.text.matching.folded import fold


def stands(text: str) -> bool:
    """Whether the name between the two bars stands alone."""
    before, name, after = text.split("|")
    start, end = len(fold(before)), len(fold(before + name))
    return stands_alone(fold_text(before + name + after), start, end)


@pytest.mark.parametrize(
    "text",
    [
        "|bose|耳机",
        "听|bose|。",
        "|sony| wh-1000",
        "(|sony|)",
        "|iphone|15pro",
        "|at&t|卡",
        "|sony|-wh",
        "_|sony|_",
        "①|sony|②",
        "|sony|™",
        "30℃|sony|",
        "1、|sony|",
    ],
)
def test_a_latin_name_is_a_whole_word(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize("text", ["|bose|man", "p|hp|", "|sony|wh系列", "caf|é|s", "s|tick|"])
def test_a_latin_name_is_not_inside_a_word(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", ["500|mg|", "5|g|", "13|m|"])
def test_a_unit_after_a_number_is_no_name(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", ["|ps|5", "|hp|1", "|x|5"])
def test_a_short_name_before_digits_is_somebody_elses_model(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize(
    "text",
    ["1|360|元", "1.|360|", "1.|360|元", "1,|360|", "|360|0", "2|3m|", "|1688|011", "二|百度|", "十|三星|", "2|百度|"],
)
def test_a_name_is_not_the_middle_of_a_number(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", ["|华为|mate70", "选|3m|胶带", "装|360|卫士", "去|b站|看", "用|qq音乐|听"])
def test_latin_beside_chinese_is_a_boundary(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize(
    "text",
    [
        "看到最|美的|风景",
        "人|格力|量更重要",
        "双手获|得物|质保障",
        "上|海信|息平台",
        "奥林|匹克|精神",
        "轻|松下|载",
        "中|华为|历史悠久",
    ],
)
def test_a_chinese_name_does_not_cross_a_word_boundary(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", ["喝碗|小米|粥", "住|三星|级酒店", "打两罐可口|可乐|", "耳机|物美|价廉"])
def test_a_chinese_name_is_not_inside_another_word(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize(
    "text",
    [
        "推荐|美的|空调",
        "有人对|比亚迪|评价高",
        "|蔚来|自研芯片",
        "|安踏|实在不贵",
        "在|得物|买",
        "我推荐|小米|和荣耀",
        "|美的|确实好",
    ],
)
def test_a_chinese_name_is_found_in_running_text(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize("text", ["|苹果|公司发布", "上海|大众|的保养", "一辆|奔驰|车", "送|茅台|酒", "用|百度|搜一下"])
def test_a_dictionary_word_that_is_the_name_with_a_noun_names_it(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize(
    "text",
    [
        "有一双很|美的|眼睛",
        "这么|美的|夜景",
        "没有更|美的|地方",
        "最|理想|的温度",
        "十分|得力|的助手",
        "真是太|美的|一天",
    ],
)
def test_an_adverb_of_degree_makes_a_description(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", ["名将李|小鹏|退役", "邻居郭|美的|孩子"])
def test_a_surname_makes_a_person_of_two_characters(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", ["开着|小鹏|上班", "我姓李,|小米|用户", "李|理想汽车|"])
def test_a_name_beside_anything_else_is_no_person(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize("text", ["最|海尔|的一款", "用|得力|的订书机", "很|理想|国产车"])
def test_only_a_word_with_a_particle_after_it_describes(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize("text", ["|理想|主义者", "|完美|主义"])
def test_an_ism_is_another_word(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", ["top3|九阳|", "no1|三星|", "第2|百度|", "13|三星|"])
def test_the_number_of_a_latin_word_ends_with_its_digits(text: str) -> None:
    assert stands(text)


def test_a_chinese_label_of_a_domain_is_no_name() -> None:
    assert not stands("逛|京东|.com")
    assert stands("逛|京东|.")


def test_a_day_belongs_to_its_number() -> None:
    assert stands("1月22日|本田|推出新车")
    assert not stands("喜欢日|本田|园风格")


def test_the_work_around_a_name_does_not_grow_with_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def record(run: str, start: int, end: int) -> bool:
        seen.append(run)
        return 0 <= start < end <= len(run)

    monkeypatch.setattr(boundaries, "_stands_as_word", record)
    text = "最美的风景" * 2_000
    assert stands_alone(fold_text(text), 5_001, 5_003)
    assert seen == [text[5_001 - 12 : 5_003 + 12]]
