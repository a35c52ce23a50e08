import pytest

from answerlens_common.text.matching import fold_text
from answerlens_common.text.matching.folded import fold
from answerlens_common.text.matching.latin import is_letter, is_whole_latin


def whole(text: str) -> bool:
    """Whether the name between the two bars is a word of its own."""
    before, name, after = text.split("|")
    start = len(fold(before))
    return is_whole_latin(fold_text(before + name + after), start, start + len(fold(name)))


@pytest.mark.parametrize(
    "text",
    [
        "|vivo|X100",
        "|OPPO|Reno12",
        "|OPPO|Reno",
        "|Apple|TV",
        "|BOSE|QC45",
        "|bose|qc45",
        "|sony|xm5",
        "|Mate60|Pro",
        "|ｖｉｖｏ|Ｘ１００",
    ],
)
def test_a_change_of_case_or_a_model_ends_a_name(text: str) -> None:
    assert whole(text)


@pytest.mark.parametrize(
    "text",
    [
        "|vivo|li",
        "|Bose|man",
        "|OPPO|SITE",
        "|Apple|Script",
        "|Sony|Ericsson",
        "|sony|ericsson",
        "|Mi|Fi",
        "|mac|OS",
        "|Open|AI",
        "|GT|R",
    ],
)
def test_another_word_does_not(text: str) -> None:
    assert not whole(text)


@pytest.mark.parametrize("text", ["|Mi|ền", "|Mi|e\u0302\u0300n", "|Mi|x\u0302", "x\u0302|Mi|", "|Mi|я", "Ό|mi|"])
def test_letters_with_marks_and_of_other_scripts_go_on(text: str) -> None:
    assert not whole(text)


@pytest.mark.parametrize("text", ["|Mi|の", "|Mi|는", "|Mi|手机", "①|Mi|™"])
def test_scripts_without_spaces_end_a_name(text: str) -> None:
    assert whole(text)


def test_letters_are_those_of_words_between_spaces() -> None:
    assert all(map(is_letter, "aéềяα\u0302"))
    assert not any(map(is_letter, "米の한ㄅ1-"))
