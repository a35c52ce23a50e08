from answerlens_common.text.matching import Hit, Mention, longest


def test_the_longest_name_wins() -> None:
    hits = {"小米": [Hit(0, 2, counts=True), Hit(5, 7, counts=True)], "小米粥": [Hit(0, 3, counts=True)]}
    assert longest(hits, ["小米", "小米粥"]) == [Mention("小米粥", 0, 3), Mention("小米", 5, 7)]


def test_a_brand_of_another_order_covers_nothing() -> None:
    hits = {"小米": [Hit(0, 2, counts=True)], "小米粥": [Hit(0, 3, counts=True)]}
    assert longest(hits, ["小米"]) == [Mention("小米", 0, 2)]


def test_a_longer_name_that_does_not_count_still_covers() -> None:
    hits = {"小米": [Hit(0, 2, counts=True)], "小米粥": [Hit(0, 3, counts=False)]}
    assert longest(hits, ["小米", "小米粥"]) == []


def test_of_two_names_that_cross_the_longer_then_the_left_one_wins() -> None:
    crossing = {"a": [Hit(0, 2, counts=True)], "b": [Hit(1, 3, counts=True)], "c": [Hit(2, 5, counts=True)]}
    assert longest(crossing, "ab") == [Mention("a", 0, 2)]
    assert longest(crossing, "abc") == [Mention("a", 0, 2), Mention("c", 2, 5)]
    assert longest(crossing, "bc") == [Mention("c", 2, 5)]


def test_brands_that_share_a_name_are_both_mentioned() -> None:
    hits = {"a": [Hit(0, 2, counts=True)], "b": [Hit(0, 2, counts=True)]}
    assert longest(hits, ["b", "a", "a"]) == [Mention("a", 0, 2), Mention("b", 0, 2)]
