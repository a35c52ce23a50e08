"""Where an open word may stand in a clause of absence: where it says nothing of the name.

What the brand makes (声朗|净水器|的资料), where one looked (那十篇|测评|里), what kind of information (X的|住客|评价),
what the name is (X这家|连锁), a name beside it (索尼和X).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from answerlens_common.text.matching.absence_lexis import Role
from answerlens_common.text.matching.absence_tokens import NAME, Token, has
from answerlens_common.text.matching.lexicon import load_lexicon

_LONGEST_THING: Final = 8
_LONGEST_SORT: Final = 4
# Who speaks or acts for a brand: what they did not find is not the brand.
_AGENTS: Final = re.compile("客服|官方|老板|创始人|员工|团队|工程师|师傅|店员|销售员|用户|人员|方面")
# What one is glad not to find, or sets the brand against.
_WEIGHED: Final = re.compile(
    "[比更最不没好差高低负坏假罚违诉]|缺点|问题|故障|召回|退货|事故|替代|平替|短板|毛病|优点|优势|竞|对手|类似"
    "|同类|同款"
)


_OTHERS: Final = re.compile("[他她你您]|大家|谁|有人|人们|消费者$|用户$|网友$")
_LISTING: Final = frozenset(["、", "和", "与", "及", "或", "以及", "等", "等等"])
_MAKES_SENTENCES: Final = re.compile(
    "[的了着过是在有和与被把比向从因而且也都就还更最不没未无很太会能要想说称将已让给对到]"
)
# What happens to a brand or what it does once.
_EVENTS: Final = re.compile(
    "[涨降停倒退破裁涉换关搬获赢输]|召回|上市|发布|收购|合作|支持|使用|推出|销售|进入|开店|融资|代言|赞助|捐|处罚"
    "|抽检|改名|参与|参加|存在|推荐|回应|承认|道歉|出现|升级|更新|宣布|计划|开始|结束|增长|下滑|亏损|盈利|夸大|虚标"
)
LOCATING: Final = frozenset(["在", "从", "到", "于"])
_SEARCHES: Final = re.compile("[搜查]|检索")


def is_weighed(words: Iterable[Token]) -> bool:
    """Whether one of them is what one is glad not to find."""
    return any(_WEIGHED.search(word.text) for word in words)


def all_have_a_place(clause: Sequence[Token], at: int) -> bool:
    """Whether each open word of a clause does, whose name is at this position (-1 where there is none)."""
    first = next((i for i, word in enumerate(clause) if word.role & (Role.DENIAL | Role.WEAK | Role.SCARCE)), 0)
    return all(word.role or i == at or has_a_place(clause, i, at, first) for i, word in enumerate(clause))


def has_a_place(clause: Sequence[Token], i: int, at: int, first: int) -> bool:
    """Whether an open word stands where it says nothing of the name.

    Args:
        clause: The words, the name as `NAME`.
        i: Where the open word is.
        at: Where the name is, or -1.
        first: Where the first word is that denies.
    """
    text = clause[i].text
    if _OTHERS.search(text):
        return False
    if _is_of_a_source(clause, i, at, first):
        return True
    if _WEIGHED.search(text):
        return False
    if 0 <= at == i - 1:
        return _is_a_thing(text)
    return _is_of_a_kind(clause, i, at, first) or _is_beside(clause, i, at)


def _is_of_a_kind(clause: Sequence[Token], i: int, at: int, first: int) -> bool:
    """这家|连锁, X的|住客|评价, 是否|值得购买: what the name is, what kind of information, what cannot be told."""
    last, following = clause[i - 1] if i else NAME, clause[i + 1] if i + 1 < len(clause) else NAME
    is_short = len(clause[i].text) <= _LONGEST_SORT
    if last.role & Role.THIS or (following.role & Role.KIND and at < i):
        return is_short and i != at - 1
    listed = next((word for word in clause[i + 1 :] if word.role and word.text not in _LISTING), NAME)
    if listed.role & (Role.INFORMATION | Role.FACT | Role.SOURCE):
        return is_short and not last.role & Role.ABOUT
    return has(clause[at + 1 : i], Role.WHETHER) and has(clause[:first], Role.SOURCE)


def _is_of_a_source(clause: Sequence[Token], i: int, at: int, first: int) -> bool:
    """那十篇|测评|里, 在|携程|和|飞猪|上都搜不到: where one looked."""
    begin = next((j for j in range(i - 1, -1, -1) if clause[j].text in LOCATING), None)
    end = next((j for j in range(i + 1, len(clause)) if clause[j].role & (Role.PLACE | Role.SOURCE)), None)
    if begin is not None and end is not None and not begin < at < end:
        within = clause[begin : end + 1]
        searches = any(_SEARCHES.search(word.text) for word in clause[end:] if word.role & Role.FIND)
        return searches or has(within, Role.SOURCE)
    if i == 0 and len(clause) > 1 and clause[1].role & Role.PLACE:  # 天眼查|上没有查到
        return any(_SEARCHES.search(word.text) for word in clause[first:] if word.role & Role.FIND)
    for j in range(i + 1, first):
        if clause[j].role & Role.SOURCE and not i < at < j:
            after = clause[j + 1] if j + 1 < len(clause) else NAME
            mentions = has(clause[first:], Role.MENTION)
            if after.role & Role.PLACE or (mentions and not has(clause[j:first], Role.SPEAKER)):
                return True
    return False


def _is_beside(clause: Sequence[Token], i: int, at: int) -> bool:
    """索尼和X, X、索尼."""
    step = 1 if i < at else -1
    while i + step != at:
        if not 0 <= i + step < len(clause):
            return False
        if clause[i + step].role and not clause[i + step].role & (Role.AND | Role.FACT | Role.KIND):
            return False
        i += step
    return bool(clause[i].role & Role.AND)


def _is_a_thing(text: str) -> bool:
    """Whether it may be what a brand makes: its end is a noun, and no word in it makes a sentence of it."""
    words = load_lexicon().words
    if text.isascii():  # a model
        return True
    if len(text) > _LONGEST_THING or _AGENTS.search(text) or _MAKES_SENTENCES.search(text):
        return False
    verbs = [at for at in range(2, len(text) + 1) if text[:at] in words and words[text[:at]].tag.startswith("v")]
    if any(len(text) - at > 1 for at in verbs):  # 添加|香精
        return False
    if len(text) in verbs:  # 健身, what it is in business with
        return _EVENTS.search(text) is None
    tag = next((words[text[at:]].tag for at in range(len(text)) if text[at:] in words), "n")
    return tag.startswith(("n", "vn", "b", "eng", "x"))
