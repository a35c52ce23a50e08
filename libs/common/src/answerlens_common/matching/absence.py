"""Sentences that name a brand only to say that nothing is known of it (没有找到索尼的相关信息).

The patterns are grammar, not brands: a verb of finding that is denied, and a noun for information that belongs to
the name. 没有找到索尼的缺点 and 没有找到比索尼更好的耳机 are therefore mentions.
"""

import re
from typing import Final

from answerlens_common.matching.variants import simplified


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


# Only this much of the sentence around a name is looked at, so that the work stays linear in the text.
_REACH: Final = 40
_STOP: Final = re.compile(r"[。!?;\n]")
_DENIAL: Final = re.compile(r"[没未无缺不]|\b(?:no|not|cannot)\b|n['’]t\b")

_QUOTE: Final = r"[\"'“”‘’「」『』《》【】()\[\]*`\s]*+"
_NOT: Final = r"(?:没有?能?够?|未能?够?|无法|不能|并未|并没有?|尚未|暂未|暂时没有?|难以)"
_ADVERB: Final = r"(?:在[^,，。]{1,12}?)?(?:直接|再|有效|成功|及时|准确|可靠地|实际|真正)?"
_FIND: Final = _any(
    "找到 查到 查询到 查找到 搜到 搜索到 搜寻到 检索到 检索出 获取到? 获得 得到 取得 掌握 收集到 收录到? 搜集到"
    " 看到 见到 发现 提供"
)
_CANNOT_FIND: Final = r"(?:(?:找|查|搜|查询|搜索|检索)不(?:到|出))"
_REVIEWS: Final = _any("评价 评测 测评 口碑")
_NOUNS: Final = _any(
    "信息 资讯 资料 内容 数据 结果 记录 报道 介绍 材料 文献 网页 词条 条目 线索 情报 消息 说明 描述 文档"
)
_INFORMATION: Final = rf"(?:{_REVIEWS}?{_NOUNS}|{_REVIEWS})"
_MODIFIER: Final = _any(
    "的 任何 相关 有关 具体 详细 公开 有效 明确 准确 可靠 直接 权威 官方 最新 更多 进一步 足够 充分 可用 确切 背景"
    " 品牌 产品 公司 企业 可查 可信 完整 在?[这该]一?方面"
)
_KIND: Final = rf"(?:这|该|此)?(?:一?[个家款])?{_any('品牌 牌子 公司 企业 厂商 厂家 产品 商家 型号')}?"
_ABOUT: Final = f"{_any('任何 有关 有 到 关于 与 和 跟 针对 对于 涉及 提及 可靠 公开 足够 直接 具体 明确 的')}*+"
_SOURCE: Final = (
    r"(?:(?:搜索|检索|查询|返回)的?结果|资料库?|信息|来源|网页|文档|材料|上下文|知识库|数据库|数据|文献|内容)"
    r"(?:里面?|中|内|当中|之中)?"
)
_APPEAR: Final = _any("提到 提及 涉及 出现 包含 包括 显示 找到 查到 看到 发现 覆盖 检索到")

# Other names in a list with this one, and the model number that belongs to it.
_OTHERS: Final = r"(?:(?:、|和|与|及|或|以及)[^、和与及或,，。!?;的\n]{1,12})*?"
_MODEL: Final = r"[ a-z0-9-]{0,20}+"
# What the brand makes, between its name and the information: 索尼|蓝牙耳机|的信息, but nothing that compares or judges.
_THING: Final = rf"(?:[^、,，。!?;:\n的比更最不没有好差高低\s]{{0,8}}?(?=的|{_MODIFIER}|{_INFORMATION}))?"
_TO_READ: Final = r"(?:(?:可以?)?(?:供|作为)?(?:参考|查询|查阅|引用))?"
_ITS_INFORMATION: Final = rf"{_MODEL}{_QUOTE}{_OTHERS}{_QUOTE}{_KIND}{_THING}{_MODIFIER}*+{_INFORMATION}{_TO_READ}"
# What one looks up about a brand or a product: not to find it is to know nothing of it.
_FACTS: Final = _any("售价 价格 报价 参数 规格 配置 官网 地址 电话 联系方式 门店 型号 产品 简介 背景 档案 资质")
_AND: Final = "(?:、|和|与|及|或|以及)"
_CLAUSE_END: Final = rf"{_QUOTE}(?:$|[,，、。!?;:\n…]|\.)"


def _around(before: str, after: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(f"{before}$"), re.compile(after)


_PATTERNS: Final = (
    # 没有找到(关于)X的信息, 查不到X的资料
    _around(rf"(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND})[^,，比]{{0,24}}", rf"{_ITS_INFORMATION}{_CLAUSE_END}"),
    # 暂无X的数据, 没有与X有关的内容, 缺少X的资料
    _around(
        rf"(?:暂无|没有?|尚无|并无|查无|缺乏|缺少|未有|无){_ABOUT}(?:[^,，。的]{{1,12}}{_AND})?{_QUOTE}",
        rf"{_ITS_INFORMATION}{_CLAUSE_END}",
    ),
    # 查不到X的最新售价
    _around(
        rf"(?:{_NOT}{_ADVERB}(?:查到|查询到|检索到|获取到?|获得|搜到|找到)|{_CANNOT_FIND})(?:关于|有关|到)?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}{_OTHERS}{_THING}{_MODIFIER}*+{_FACTS}{_CLAUSE_END}",
    ),
    # 搜索结果里没有X
    _around(rf"{_SOURCE}(?:都|均|也|并)?没有{_QUOTE}", rf"{_MODEL}{_QUOTE}{_OTHERS}{_KIND}{_CLAUSE_END}"),
    # 搜索结果中没有提到X
    _around(
        rf"{_SOURCE}[^,，]{{0,6}}?(?:没有?|未|并未|并没有?|不|均未|都没有?){_ADVERB}{_APPEAR}{_ABOUT}{_QUOTE}",
        rf"{_MODEL}{_QUOTE}{_OTHERS}{_KIND}(?:{_MODIFIER}*+{_INFORMATION})?{_CLAUSE_END}",
    ),
    # (关于)X的信息,资料里没有找到; X的相关信息暂未找到
    _around(
        "",
        rf"{_ITS_INFORMATION}{_QUOTE}[,，]?[^,，。!?]{{0,12}}?(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}|暂缺|缺失)"
        rf"{_CLAUSE_END}",
    ),
    # 关于X,没有找到…
    _around(
        rf"(?:关于|至于|对于|有关){_QUOTE}",
        rf"{_MODEL}{_QUOTE}{_KIND}[,，]{_QUOTE}[^,，。!?]{{0,12}}?"
        rf"(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}|(?:暂无|没有){_MODIFIER}*+{_INFORMATION})",
    ),
    # 关于X的售后,没有查到可靠信息
    _around(
        rf"(?:关于|至于|对于|有关){_QUOTE}",
        rf"{_MODEL}{_QUOTE}{_KIND}的[^,，。!?]{{1,8}}[,，][^,，。!?]{{0,12}}?"
        rf"(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}){_MODIFIER}*+{_INFORMATION}{_CLAUSE_END}",
    ),
    # no information about X, could not find any results for X
    _around(
        r"\b(?:no|not|any|cannot|\w{2,6}n['’]t)(?: \w+){0,3}"
        r" (?:information|info|results?|data|details|records?|mentions?) (?:about|on|for|of|regarding)"
        r" (?:(?:the|a|this) )?(?:(?:brand|company|product|model) )?\W*",
        r"",
    ),
    # X暂无相关信息
    _around(
        "",
        rf"{_MODEL}{_QUOTE}{_KIND}(?:目前|暂时)?(?:暂无|没有|查无|尚无|并无)(?:任何|可查的?)?(?:相关|有关)的?{_INFORMATION}"
        rf"{_CLAUSE_END}",
    ),
    # 我没有听说过X这个品牌
    _around(
        rf"我(?:们)?(?:目前|暂时|确实|还|并|从|也)*(?:没有?听说过|未听说过|不了解|不知道|不认识|不熟悉){_QUOTE}",
        rf"{_QUOTE}{_KIND}{_CLAUSE_END}",
    ),
    # 没有足够的信息来评价X
    _around(
        rf"(?:没有?|缺乏|缺少|无)(?:足够|充足|充分|可靠|任何|相关|公开|的)*{_INFORMATION}"
        r"(?:来|去|可以|可供|可|用来|用于|能够?)?(?:评价|判断|介绍|比较|说明|分析|确认|评估|回答|验证|支持)(?:关于)?",
        "",
    ),
)


def is_absent(folded: str, start: int, end: int) -> bool:
    """Whether the sentence around `folded[start:end]` only says that nothing was found about this name."""
    before = simplified(_STOP.split(folded[max(0, start - _REACH) : start])[-1])
    after = simplified(_STOP.split(folded[end : end + _REACH], maxsplit=1)[0])
    if not (_DENIAL.search(before) or _DENIAL.search(after)):
        return False
    return any(left.search(before) and right.match(after) for left, right in _PATTERNS)
