from answerlens_sandbox.draw import between, digits, filled, fold, hexadecimal, pick, shuffled, unit


def test_the_same_parts_give_the_same_number() -> None:
    assert unit(1, "蓝牙耳机", "索尼") == unit(1, "蓝牙耳机", "索尼")
    assert unit(1, "蓝牙耳机", "索尼") != unit(2, "蓝牙耳机", "索尼")


def test_parts_do_not_run_into_each_other() -> None:
    assert unit("ab", "c") != unit("a", "bc")


def test_units_are_uniform() -> None:
    values = [unit("uniform", each) for each in range(20_000)]
    for tenth in range(10):
        share = sum(tenth / 10 <= value < (tenth + 1) / 10 for value in values) / len(values)
        assert abs(share - 0.1) < 0.01


def test_between_reaches_both_ends() -> None:
    assert {between(3, 5, each) for each in range(100)} == {3, 4, 5}


def test_shuffled_keeps_everything_once() -> None:
    assert sorted(shuffled("aabbcc", 1)) == list("aabbcc")
    assert shuffled(range(20), 1) != shuffled(range(20), 2)


def test_pick_takes_each_choice_sometimes() -> None:
    assert {pick("xyz", each) for each in range(50)} == {"x", "y", "z"}


def test_identifiers_have_their_length() -> None:
    assert len(digits(17, "a")) == 17
    assert digits(17, "a")[0] != "0"
    assert len(hexadecimal(64, "a")) == 64


def test_fold_ignores_width_case_spaces_and_marks() -> None:
    assert fold("ＪＢＬ 怎么样？") == fold("jbl怎么样?")
    assert fold("蓝牙耳机吗") != fold("蓝牙耳机")


def test_filled_leaves_unknown_braces() -> None:
    assert filled("{k}{x}{}", {"k": "耳机"}) == "耳机{x}{}"
