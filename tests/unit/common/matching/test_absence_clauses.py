import pytest

from answerlens_common.text.matching.absence_clauses import denies_when_asked, says_nothing
from answerlens_common.text.matching.absence_tokens import tokens


def nothing(text: str) -> bool:
    return says_nothing(*text.split("|"))


@pytest.mark.parametrize(
    "text",
    [
        "抱歉,关于|梧桐眠|我暂时没有相关的信息可以分享",
        "网上关于|梧桐眠|的资料寥寥无几",
        "关于|梧桐眠|的详细情况,我目前并不掌握",
        "但没听说过|梧桐眠|",
        "关于|梧桐眠|这个家居品牌,我这里没有可供参考的资料",
        "没有找到|澜沐|净水器的住客评价",
        "在携程和飞猪上都搜不到|云麓|",
        "检索到的十篇文章里都没有出现|澜沐|这个品牌",
        "没有一个叫|森屿|的定制家居品牌",
        "没有|弥生|这样一个品牌",
        "我没法确认|声朗|是否真实存在",
        "没有证据表明|声朗|是一家正规企业",
        "关于|声朗|,目前没有找到声朗的资料",
        "我搜索了“|云麓|”,没有匹配的结果",
        "|云麓|可能是一家新店,我没有查到它的资料",
        "如果|云麓|是一个新品牌,那我的资料里还没有收录它",
        "搜了一下,没有|筑漫|的官网",
        "以下品牌未找到可靠信息:|格林木|",
        "能搜到的都是别家的内容,没有|芙蕾雅|的",
        "表中未列出|卓驭山|,因为没有找到它的资料",
    ],
)
def test_a_clause_whose_open_words_have_a_place_says_nothing(text: str) -> None:
    assert nothing(text)


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
        "|索尼|没有提供这款的数据",
        "没有找到|慕思|的投诉记录",
        "没有负面评价的|索尼|",
        "在|宜家|没有找到这款灯",
        "资料中没有提到|拜博|的价格,但门店很多",
        "|索尼|客服没有查到订单信息",
        "我没有发现|飞鹤|添加香精",
        "找不到|添可|的电话时",
        "如果没有找到|欧派|门店,可以在线预约",
        "并非没有|索尼|的资料",
        "这份榜单没有提到|石头|的人气",
        "对比|宜家|,栖木的信息我没有找到",
        "不含税价我查不到,|海尔|要到店问",
    ],
)
def test_a_word_more_says_something(text: str) -> None:
    assert not nothing(text)


def test_what_is_only_asked_about_may_be_unknown() -> None:
    assert denies_when_asked("", "是哪里的品牌", "我没有查到它的资料")
    assert denies_when_asked("", "的评价", "抱歉,我这里没有")
    assert not denies_when_asked("没听说过", "", "那你一定没买过耳机")
    assert not denies_when_asked("", "好用吗", "我没有用过")


def test_a_clause_is_cut_with_the_fewest_open_characters() -> None:
    assert [word.text for word in tokens("没有找到扫地机的*资料*")] == ["没有", "找到", "扫地机", "的", "资料"]
    assert [word.text for word in tokens("您刚才问到的")] == ["您提到的"]


def test_a_long_clause_is_cut_in_bounded_time() -> None:
    assert not nothing("没有" * 30 + "索|索尼|" + "没有" * 30)
