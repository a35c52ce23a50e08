"""Whether a Chinese clause denies that something is known, found, mentioned or there to read."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from answerlens_common.text.matching.absence_lexis import Role, words
from answerlens_common.text.matching.absence_tokens import NAME, Token, has

_KNOWING: Final = Role.FIND | Role.MENTION | Role.KNOW | Role.INFORMATION | Role.EXIST
_UNKNOWN: Final = words("陌生 不详 不明 未知 不得而知")
_HOUSES: Final = words("官网 官方网站 网站 店铺 门店 旗舰店 平台 公众号 账号")
_DENYING: Final = Role.DENIAL | Role.WEAK | Role.SCARCE
_UNABLE: Final = words("无法 不能 难以 没法 没办法 没有办法 无从 不便 暂不 未能 没能 不好 很难 不足以")
# What a brand itself can decline to do.
_ACTS: Final = words(
    "提供 给出 介绍 说明 描述 回答 解答 作答 获得 取得 获取 得到 获悉 拿到 掌握 了解 知道 发现 看到 提到 提及"
    " 提过 谈到 谈及 说到 讲到 点名 引用 显示 确认 证实 核实 验证 证明 清楚 认识 懂 明白 比较 对比 分析 涉及"
    " 包含 包括 写到 列出 返回 公布 披露 提交 出示 发布 发布过 公布过 出具 出具过 做过 写过 刊登 见到 接触到"
    " 留意到 查 搜 找"
)
_OUTSIDE: Final = words("超出 超出了 不在 并不在 并未在 未在 没在 没有在 不属于")
_HERE: Final = words("这儿 我这儿 手边 这里 那里 这边 手头 手上 手里 我这里 我这边 我这")


def denies(clause: Sequence[Token], at: int) -> bool:
    """Whether a clause whose name is at this position (-1 where there is none) denies it."""
    first = next((i for i, word in enumerate(clause) if word.role & _DENYING), None)
    if first is None or _is_double(clause, first):
        return False
    if not clause[first].role & Role.SCARCE and _knows_before(clause[: first + 1]):
        return False
    is_agent = (
        0 <= at < first
        and not _is_of_its_own(clause[at + 1 : first])
        and not has(clause[:first], Role.SPEAKER | Role.SOURCE | Role.ABOUT)
    )
    return any(_denies_from(clause, i, at, is_agent=is_agent) for i in range(first, len(clause)))


def _is_of_its_own(after: Sequence[Token]) -> bool:
    """X的|品牌背景|无法核实: not the brand, nor a house of its own, is what does not."""
    noun = next((word for word in reversed(after) if not word.role & Role.FILLER or word.role & Role.FACT), NAME)
    return has(after[:1], Role.OF) and bool(noun.role & (Role.FACT | Role.INFORMATION)) and noun.text not in _HOUSES


def _knows_before(words: Sequence[Token]) -> bool:
    """我了解到X|没有…, but not 我了解的…|没有: something is known."""
    others = Role.SEARCH | Role.INFORMATION | Role.SOURCE | Role.ABOUT | Role.FILLER
    return any(
        word.role & (Role.FIND | Role.KNOW) and not word.role & others and not then.role & Role.OF
        for word, then in pairwise(words)
    )


def is_of_a_fact(clause: Sequence[Token], at: int) -> bool:
    """Whether what is denied is a price or a shop, not that there is information."""
    after = clause[at + 1 :]
    return has(after, Role.FACT) and not has(after, Role.INFORMATION)


def has_none_called(clause: Sequence[Token], at: int) -> bool:
    """没有一个叫X的耳机品牌, 没有X这样一个品牌."""
    before, after = clause[:at], clause[at + 1 :]
    named = bool(before) and (bool(before[-1].role & Role.NAMED) or (bool(after) and bool(after[0].role & Role.THIS)))
    anywhere = (
        Role.FILLER | Role.SPEAKER | Role.SOURCE | Role.PLACE | Role.DENIAL | Role.MAYBE | Role.HAVING | Role.NAMED
    )
    anywhere |= Role.ABOUT | Role.SEARCH | Role.OF | Role.FIND
    kind = has(after, Role.KIND)
    return named and kind and has(before, Role.DENIAL) and all(word.role & anywhere for word in before)


def is_not_shown_to_be(clause: Sequence[Token], at: int) -> bool:
    """没有证据表明X是一家正规企业."""
    after = clause[at + 1 :]
    shown = has(clause[:at], Role.DENIAL) and at > 0 and bool(clause[at - 1].role & Role.JUDGE)
    is_being = has(after, Role.EXIST) or (has(after, Role.BE) and has(after, Role.KIND))
    return shown and is_being and all(word.role for word in after)


def is_not_among(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """里面没有X, behind a clause on the sources."""
    return all(word.role & (Role.FILLER | Role.PLACE | Role.DENIAL) for word in (*before, *after))


def lacks_a_fact(clause: Sequence[Token], at: int) -> bool:
    """搜了一下,没有X的官网."""
    return any(word.role & Role.DENIAL for word in clause[:at]) and any(word.role & Role.FACT for word in clause[at:])


def is_elliptic(words: Sequence[Token]) -> bool:
    """我这里没有, 资料里也没有."""
    return any(word.text in _HERE or word.role & Role.SOURCE for word in words) and any(
        word.role & Role.DENIAL for word in words
    )


def _is_double(clause: Sequence[Token], first: int) -> bool:
    later = any(word.role & (Role.DENIAL | Role.WEAK) for word in clause[first + 1 : first + 3])
    return later and bool(clause[first].role & Role.WEAK or clause[first].text in {"没有", "没", "无"})


def _denies_from(clause: Sequence[Token], i: int, at: int, *, is_agent: bool) -> bool:
    """Whether the word here denies; `is_agent` where what follows may be what the brand itself does."""
    word, later = clause[i], _what_is_denied(clause, i, is_agent=is_agent)
    if word.role & Role.SCARCE:
        tells_little = has(clause, Role.SPEAKER) and has(clause[:i], Role.KNOW)
        if has(clause, Role.INFORMATION) or tells_little:
            return True
    if word.role & Role.WEAK:
        keys = Role.FIND | Role.MENTION | Role.KNOW | Role.EXIST
        return has(later, keys) or (word.text in _OUTSIDE and has(later, Role.SOURCE))
    if word.role & Role.DENIAL and word.role & (_KNOWING | Role.JUDGE):
        return not (is_agent and word.role & Role.KNOW) or word.text in _UNKNOWN
    if not word.role & Role.DENIAL or (is_agent and _acts_first(clause[i + 1 :])):
        return False
    is_unable = word.text in _UNABLE
    if is_unable and has(later, Role.JUDGE):
        return True
    keys = _KNOWING & ~Role.MENTION if at >= 0 and is_of_a_fact(clause, at) else _KNOWING
    return has(later, keys) or (not is_unable and has(clause[:i], Role.INFORMATION | Role.SOURCE))


def _acts_first(after: Sequence[Token]) -> bool:
    """没有|提供这款的数据, behind a brand: it keeps the figures back."""
    first = next((word for word in after if not word.role & Role.FILLER or word.text in _ACTS), NAME)
    return first.text in _ACTS


def _what_is_denied(clause: Sequence[Token], i: int, *, is_agent: bool) -> Sequence[Token]:
    """The words after this one, without what a brand that acts denies of itself."""
    after = clause[i + 1 :]
    if not is_agent:
        return after
    own = next((j for j, word in enumerate(after) if word.role & Role.SPEAKER), len(after))
    later = [word for j, word in enumerate(after) if j >= own or word.text not in _ACTS]
    if has(later, Role.SOURCE):
        return later
    return [word for word in later if not word.role & Role.MENTION or word.text.startswith("收录")]
