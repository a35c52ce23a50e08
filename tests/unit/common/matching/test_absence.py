import pytest

from answerlens_common.text.matching.absence import is_absent


def absent(text: str) -> bool:
    before, name, after = text.split("|")
    return is_absent(before + name + after, len(before), len(before) + len(name))


@pytest.mark.parametrize(
    "text",
    [
        "没有找到|索尼|的信息。",
        "没有找到|索尼|耳机的信息。",
        "没有找到关于|索尼|耳机的相关信息",
        "未能检索到|索尼|蓝牙耳机的相关资料",
        "暂无|索尼|耳机的数据",
        "没有查到|sony|耳机的信息",
        "没有找到|索尼|的资讯",
        "搜索结果里没有|华为|。",
        "没有关于漫步者和|倍思|的信息",
        "暂无关于|倍思|的公开信息可供参考",
        "我查不到|追觅|的最新价格,",
        "i don't have information about |sony|.",
        "there is no information about the brand |sony|",
        "抱歉,我未能在搜索结果中找到|万和|的详细资料",
        "未检索到与“|趣车良品|”有关的内容",
        "查不到|全友|的相关评价信息。",
        "没有找到索尼、|bose|的信息",
        "没有找到|索尼|、bose的信息",
        "没有找到|索尼|wh-1000xm6的资料",
        "暂无|追觅|的相关数据",
        "由于缺少|极米|的公开数据,不做评价",
        "网上没有关于|倍思|的可靠数据",
        "搜索结果中没有提到|万魔|。",
        "关于|蔚来|的信息,资料里没有找到。",
        "|极米|的相关信息暂未找到。",
        "关于|云鲸|,没有找到最新资料",
        "|索尼|暂无相关信息",
        "我没有听说过|韶音|这个品牌。",
        "没有足够的信息来评价|小米|,",
        "目前查不到“|鲸选|”这个牌子的任何评测。",
        "网上暂无|格来云|在这方面的数据。",
        "关于|科沃斯|的售后政策,我并没有查到可靠信息。",
        "no information about |withings| was found.",
        "我的知识库里没有收录|声朗|这个品牌。",
        "我对|声朗|不太了解,建议选索尼。",
        "我對|聲朗|並不熟悉。",
        "|声朗|:暂无公开资料",
        "|声朗|这个名字我还是第一次听说。",
        "|声朗|?我没有听过这个品牌。",
        "很抱歉,我无法确认|声朗|是否真实存在。",
        "i'm not familiar with a brand called |sonara|.",
        "|sonara| isn't a brand i'm familiar with.",
        "|sonara| does not appear in my knowledge base.",
        "i can't verify that |sonara| exists.",
        "i couldn't find any reliable data on |withings|.",
    ],
)
def test_a_sentence_of_absence_is_no_mention(text: str) -> None:
    assert absent(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有找到比|索尼|更安静的耳机",
        "没有找到|索尼|的缺点",
        "没有找到bose的信息,但|索尼|的评价很多",
        "没有找到bose的信息。|索尼|的资料很多",
        "不推荐|格力|,价格偏高",
        "|海尔|没有找到合适的安装位",
        "官网找不到|安克|的线下维修点",
        "没有哪个品牌能像|大疆|这样",
        "很多人不了解|韶音|这个品牌。",
        "|李宁|没有任何质量问题的报道",
        "|索尼|的信息很多",
        "关于|科沃斯|的缺点,我没有查到比它更多的",
        "no headphones sound better than |sony|.",
        "没有找到比|索尼|更便宜的产品信息",
        "查不到|索尼|比别家差在哪里的数据",
        "没有任何证据表明|索尼|不好",
        "没有|索尼|那么贵",
        "不太了解|索尼|的同学可以先看官网",
        "没听说过|索尼|?那你一定没买过耳机。",
        "关于|松下|,没有必要买顶配。",
        "i'm familiar with |sony| and can recommend it.",
        "if you are not familiar with |sony|, start here.",
        "|sony| does not offer a warranty abroad.",
        "搜索结果里没有|华为|便宜的型号",
    ],
)
def test_other_denials_are_mentions(text: str) -> None:
    assert not absent(text)
