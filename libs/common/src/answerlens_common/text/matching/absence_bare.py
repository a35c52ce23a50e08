"""Clauses with nothing in them but a name and the words for knowing, finding and information, one of them denied.

关于声朗我暂时没有相关的信息可以分享; as for Sonara, I couldn't find anything. Whatever says more (缺点, 用过, better)
has a word that is not here, and the name counts.
"""

import re
from collections.abc import Iterable
from typing import Final


def words(line: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(line.split())


_KEYS: Final = words(
    "不掌握 掌握 知识库 数据库 资料库 训练 出现 提到 提及 涉及 包含 收集 信息 资讯 资料 数据 记录 纪录 结果 报道"
    " 介绍 文献"
    " 词条 条目 线索 了解 知识 印象 评价 评测 测评 口碑 评论"
    " 反馈 报告 收录 听说 听过 听闻 知道 认识 熟悉 清楚 找到 查到 搜到 查询到 搜索到 检索到 查询 检索 搜索"
    " 看到 见到 发现 获取 存在 确认 核实 验证 查证 匹配 陌生 查不到 搜不到 检索不到 查询不到 不了解 不太了解"
    " 不怎么了解 不是很了解 不够了解 不熟悉 不太熟悉 不是很熟悉 不清楚 不太清楚 不知道 不认识 不存在 未收录"
    " 未找到 未查到 未检索到 未发现 未见 未搜索到 未查询到 未听说过"
)
_DENIALS: Final = words(
    "不掌握 没 没有 未能 无 无法 暂无 查无 尚无 并无 缺乏 缺少 难以 不能 没法 没办法 陌生 有限 较少 很少 极少 稀少"
    " 不足 匮乏 寥寥无几 寥寥 找不到 查不到 搜不到 检索不到 查询不到 几乎没有 不了解 不太了解 不怎么了解"
    " 不是很了解 不够了解 不熟悉 不太熟悉 不是很熟悉 不清楚 不太清楚 不知道 不认识 不存在 不包含 不包括 不在"
    " 不确定 不太确定 不多 不详 不明 不是 未收录 未找到 未查到 未检索到 未发现 未见 未搜索到 未查询到 未听说过"
    " 未曾 未知"
)
_TOPIC: Final = words(
    "详细 具体 关于 对于 至于 有关 针对 就 的 这 该 此 那 个 家 款 种 一 这个 这家 这款 叫 叫做 名为 名叫 品牌 牌子"
    " 公司 企业 厂商 产品 商家 名 名称 名字 如何 怎么样 怎样 口碑 质量 情况 呢 而言 来说 抱歉 很抱歉 遗憾"
    " 很遗憾 不好意思 你提到 您提到 你说 您说 你问 您问 您询问 你询问 你所说 您所说 您提及 你提及"
)
_WORDS: Final = (
    _TOPIC
    | _KEYS
    | _DENIALS
    | words(
        "销量 销售 市场 工商 检测 这几篇 几篇 文章 文中 文档 我 我们 本人 我的 本 对我 对 在 里 里面 中 上 内 是 为"
        " 与 和 或 及 到 来 有 过"
        " 了 着 能 够 能够 可以"
        " 可 供 可供 参考 分享 查阅 展示 提供给 为您 给您 给你 任何 相关 具体 详细 公开 有效 明确 准确 可靠"
        " 直接 权威 官方 最新 更多 足够 充分 充足 可用 确切 背景 完整 太多 多少 专门 独立 真实 实际  "
        "   对应 目前 暂时 现在 暂 还 还是 并 也 都 可能 似乎 好像 确实 其实 很 比较 非常 较 较为"
        " 十分 太 怎么 恐怕 经 经过 由于 因为 但 但是 不过 而 所以 因此 则 哦 啊 呀 网上 网络 网络上 互联网"
        " 平台 渠道 知识库 数据库 资料库 语料 训练 搜索引擎 引擎 手头 手里 这里 这边 那里 记忆 什么 哪家"
        " 是不是 是否 正规 几乎 从来 从 曾      内容 来历 来源 范围 之内 以内 存疑 第一次"
    )
)
_LONGEST: Final = max(map(len, _WORDS))
_CLAUSE: Final = re.compile(r"[,，。!?;:\n…—]")
_MARKS: Final = re.compile(r"[\s\"'“”‘’「」『』《》【】()\[\]*`_#、~-]+")

_ENGLISH_KEYS: Final = words(
    "information info data details detail records record results result sources knowledge reviews review"
    " reports documentation entry find found locate located identify identified recognize recognise heard"
    " hear know familiar aware anything nothing exist exists verify verified confirm unfamiliar unknown"
    " trace mention mentions coverage specifics"
)
_ENGLISH_DENIALS: Final = words(
    "none lack lacks no not never cannot unable nothing little limited without unfamiliar unaware unknown don't doesn't"
    " didn't can't couldn't isn't aren't wasn't haven't hasn't won't scarce insufficient"
)
_ENGLISH_TOPIC: Final = words("regarding concerning about as for on the a an this brand company product products")
_ENGLISH: Final = (
    _ENGLISH_KEYS
    | _ENGLISH_DENIALS
    | _ENGLISH_TOPIC
    | words(
        "because say i i'm i've we we've am is are was were be been being have has had do does did could can that which"
        " of to in any my our me us it its them there their name brands specific specifically  enough"
        " sufficient much very really currently unfortunately sorry afraid but however so and or either yet"
        " before ever at all also just simply available publicly public online web internet database base"
        " training search from with up show shows come across seem seems appear appears  well known widely"
        " recognized well-known   such else further additional personally details"
    )
)
_THIS_KIND: Final = re.compile("[这那该][个家款]?[^的没不未无]{1,4}?(?:品牌|牌子|公司|企业|厂商)")
_BRAND: Final = "这个品牌"
# Who does not publish figures is spoken of, not unknown.
_KEEPS_BACK: Final = re.compile("(?:没有?|未)公开(?!的?(?:资料|信息|数据|评测|评价))")
_NAMED_BY_YOU: Final = re.compile(r"\byou (?:mentioned|listed|named|asked(?: about)?)\b")
_TOKEN: Final = re.compile(r"[a-z]+(?:['’-][a-z]+)*")


def says_nothing_else(before: str, after: str) -> bool:
    """Whether the clause of a name, or the one that follows where it is only the topic, denies that anything is known.

    Args:
        before: The sentence up to the name, folded, in simplified characters.
        after: The rest of it.
    """
    left = _CLAUSE.split(before.rpartition("|")[2])[-1]
    right, *rest = _CLAUSE.split(after.partition("|")[0], maxsplit=2)
    following = rest[0] if rest else ""
    return _in_chinese(left, right, following) or _in_english(left, right, following)


def _in_chinese(left: str, right: str, following: str) -> bool:
    around = _MARKS.sub("", left), _THIS_KIND.sub(_BRAND, _MARKS.sub("", right))
    words = _cut_all(around, _WORDS)
    if words is None or _KEEPS_BACK.match(around[1]):
        return False
    if _denies(words):
        return True
    topic, denial = _cut_all(around, _TOPIC), _cut_all((_MARKS.sub("", following),), _WORDS)
    return topic is not None and denial is not None and _denies(denial)


def _in_english(left: str, right: str, following: str) -> bool:
    words = _tokens(f"{left} {right}")
    if not words <= _ENGLISH:
        return False
    if words & _ENGLISH_DENIALS and words & _ENGLISH_KEYS:
        return True
    then = _tokens(following)
    return words <= _ENGLISH_TOPIC and then <= _ENGLISH and bool(then & _ENGLISH_DENIALS and then & _ENGLISH_KEYS)


def _tokens(text: str) -> set[str]:
    """The words; anything but them and marks is a word that says more."""
    text = _NAMED_BY_YOU.sub("", text.replace("’", "'"))
    words = set(_TOKEN.findall(text))
    return words | {char for char in text if char.isalnum() and not "a" <= char <= "z"}


def _denies(words: frozenset[str]) -> bool:
    return bool(words & _DENIALS) and bool(words & _KEYS)


def _cut_all(texts: Iterable[str], words: frozenset[str]) -> frozenset[str] | None:
    """All words of the texts, longest first; None where something is none of them."""
    found: set[str] = set()
    for text in texts:
        cut = _cut(text, words)
        if cut is None:
            return None
        found.update(cut)
    return frozenset(found)


def _cut(text: str, words: frozenset[str]) -> list[str] | None:
    """A cut of the text into these words with the longest last ones; None where there is none."""
    last = [0] * (len(text) + 1)  # the length of the longest word that ends here and begins where another ends
    for end in range(1, len(text) + 1):
        for length in range(min(end, _LONGEST), 0, -1):
            begins = end - length
            if (begins == 0 or last[begins]) and text[begins:end] in words:
                last[end] = length
                break
        if end >= _LONGEST and not any(last[end - _LONGEST + 1 : end + 1]):
            return None
    cut, end = [], len(text)
    while end:
        if not last[end]:
            return None
        cut.append(text[end - last[end] : end])
        end -= last[end]
    return cut
