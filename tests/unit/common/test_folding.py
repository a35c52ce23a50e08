import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerlens_common.text.folding import fold, question_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("蓝牙耳机哪个好？", "蓝牙耳机哪个好?"),
        ("ＡｉｒＰｏｄｓ 怎么样", "airpods怎么样！"),
        ("跑步，戴什么好～", "跑步 戴什么好"),
        ("「降噪」有用吗", "降噪有用吗？"),
        ("a_b 好吗", "ab好吗"),
        ("好用吗👍？", "好用吗"),
    ],
)
def test_same_question(one: str, other: str) -> None:
    assert question_key(one) == question_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C++怎么学", "C怎么学"),
        ("C#怎么学", "C怎么学"),
        ("预算1.5万买什么", "预算15万买什么"),
        ("涨了5%吗", "涨了5吗"),
        ("索尼好还是华为好", "华为好还是索尼好"),
    ],
)
def test_other_question(one: str, other: str) -> None:
    assert question_key(one) != question_key(other)


@pytest.mark.parametrize("text", ["", " ？！…", "++", "_ _"])
def test_no_question(text: str) -> None:
    assert question_key(text) == ""


def test_fold() -> None:
    assert fold("ＳＯＮＹ Straße ㈱") == "sony strasse (株)"


@given(st.text())
def test_fold_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert question_key(question_key(text)) == question_key(text)
