import pytest

from answerlens_common.text.matching.absence_bare import says_nothing_else


def says_nothing(text: str) -> bool:
    before, _, after = text.split("|")
    return says_nothing_else(before, after)


@pytest.mark.parametrize(
    "text",
    [
        "抱歉,关于|梧桐眠|我暂时没有相关的信息可以分享",
        "网上关于|梧桐眠|的资料寥寥无几",
        "关于|梧桐眠|的详细情况,我目前并不掌握",
        "但没听说过|梧桐眠|",
        "关于|梧桐眠|这个家居品牌,我这里没有可供参考的资料",
        "regarding |thornwick|, i have no information",
        "none of the sources mention |thornwick|",
        "the brand you mentioned, |thornwick|, i couldn’t find anything",
    ],
)
def test_a_clause_of_these_words_alone_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "你不知道|索尼|",
        "用户不了解|索尼|",
        "|索尼|的评测不少",
        "|索尼|的数据不准确",
        "我没有|索尼|",
        "我没有用过|索尼|",
        "|索尼|没有公开销量数据",
        "我了解|索尼|,没有其他品牌的资料",
        "you don't know |sony|",
        "|sony| reviews are not reliable",
        "i don't have a |sony|",
        "|sony|, which i found, has nothing special",
    ],
)
def test_a_word_more_says_something(text: str) -> None:
    assert not says_nothing(text)


def test_a_long_clause_is_cut_in_bounded_time() -> None:
    assert not says_nothing("没有" * 30 + "索|索尼|" + "没有" * 30)
    assert says_nothing("没有" * 30 + "资料|索尼|" + "没有" * 30)
