import pytest

from answerlens_common.text.matching import BlankNameError, BrandNames, Matcher, Mention, fold_text, longest

APPLE = BrandNames("苹果", "苹果", ("iPhone",), context=("手机", "AI"), exclude=("苹果醋", "果园"))


def found(text: str, *brands: BrandNames) -> list[tuple[str, str]]:
    return [(key, text[start:end]) for key, start, end in Matcher(brands).find(fold_text(text))]


def test_offsets_are_code_points_of_the_original() -> None:
    text = "①🎧…ＳＯＮＹ和e\u0301Sony"
    brand = BrandNames("索尼", "索尼", ("Sony",))
    assert Matcher([brand]).find(fold_text(text)) == [Mention("索尼", 3, 7)]
    assert found("选…①ＳＯＮＹ，索\u200b尼", brand) == [("索尼", "ＳＯＮＹ"), ("索尼", "索\u200b尼")]


def test_all_brands_are_found_in_one_pass() -> None:
    brands = [BrandNames("小米", "小米"), BrandNames("索尼", "索尼", ("Sony", "SONY"))]
    assert found("小米、Sony、索尼", *brands) == [("小米", "小米"), ("索尼", "Sony"), ("索尼", "索尼")]


def test_an_order_takes_its_own_brands_from_a_shared_scan() -> None:
    matcher = Matcher([BrandNames("1", "网易"), BrandNames("2", "网易云音乐")])
    hits = matcher.scan(fold_text("网易云音乐"))
    assert longest(hits, ["2"]) == [Mention("2", 0, 5)]
    assert longest(hits, ["1", "2"]) == [Mention("2", 0, 5)]


def test_other_orders_do_not_change_an_orders_mentions() -> None:
    text = fold_text("对比小米和红米，小米粥不算，最美的风景也不算，美的算。")
    mine = [BrandNames("小米", "小米"), BrandNames("美的", "美的")]
    others = [BrandNames("x", "比小米"), BrandNames("y", "最美", ("风景",)), BrandNames("z", "小米粥")]
    alone = longest(Matcher(mine).scan(text), ["小米", "美的"])
    assert alone
    assert longest(Matcher(mine + others).scan(text), ["小米", "美的"]) == alone


def test_a_homonym_needs_a_context_word_in_its_sentence() -> None:
    assert found("苹果手机续航一般", APPLE)
    assert not found("每天吃一个苹果。晚上看手机。", APPLE)


def test_a_context_word_is_not_part_of_a_longer_latin_word() -> None:
    assert found("苹果的AI助手", APPLE)
    assert not found("苹果要mail过来", APPLE)


def test_the_items_of_a_list_see_the_line_before_it_and_the_heading() -> None:
    assert found("手机推荐：\n1. 小米\n2. 苹果", APPLE)
    assert found("## 手机\n苹果最流畅。", APPLE)
    assert found("手机看品牌。\n\n| 品牌 |\n|---|\n| 苹果 |", APPLE)
    assert not found("手机推荐：\n1. 小米\n\n健康饮食推荐：\n1. 苹果", APPLE)
    assert not found("手机推荐：\n1. 小米\n\n水果里苹果最好。", APPLE)


def test_another_name_of_the_brand_is_context() -> None:
    assert found("iPhone就是苹果的", APPLE) == [("苹果", "iPhone"), ("苹果", "苹果")]


def test_only_names_that_are_common_words_need_context() -> None:
    assert found("iPhone很好用", APPLE) == [("苹果", "iPhone")]


def test_a_phrase_around_the_name_excludes_that_one_only() -> None:
    text = "苹果醋比苹果手机便宜"
    assert Matcher([APPLE]).find(fold_text(text)) == [Mention("苹果", 4, 6)]


def test_a_phrase_around_one_name_leaves_the_brands_others_alone() -> None:
    brand = BrandNames("苹果", "苹果", ("iPhone",), exclude=("苹果醋",))
    assert found("苹果醋我不喝，但我很喜欢iPhone", brand) == [("苹果", "iPhone")]


def test_words_in_an_address_are_not_read() -> None:
    assert not found("[苹果](https://x.com/手机)富含维生素", APPLE)
    assert found("[手机](https://x.com/果园)里苹果卖得好", APPLE)


@pytest.mark.parametrize("text", ["L’Oréal", "L'Oréal"])
@pytest.mark.parametrize("name", ["L’Oréal", "L'Oréal"])
def test_an_apostrophe_is_an_apostrophe(text: str, name: str) -> None:
    assert found(text, BrandNames("k", name)) == [("k", text)]


def test_exclusions_alone_ask_for_no_context() -> None:
    assert found("穿着飞跃跑步", BrandNames("飞跃", "飞跃", exclude=("质的飞跃",)))


def test_a_word_near_the_name_excludes_it() -> None:
    assert not found("果园里用手机拍苹果", APPLE)


def test_blank_names_are_refused_with_their_value() -> None:
    with pytest.raises(BlankNameError) as error:
        BrandNames("k", "索尼", ("\u200b ",))
    assert (error.value.brand_key, error.value.word) == ("k", "\u200b ")


def test_a_sentence_of_absence_and_a_link_target_do_not_count() -> None:
    sony = BrandNames("索尼", "索尼")
    assert not found("没有找到索尼的信息", sony)
    assert not found("见[评测](https://example.com/索尼)", sony)
    assert found("见[索尼评测](https://example.com/)", sony)
