"""Chinese clauses that say of a name only that nothing is known of it, told by what each of their words does.

A clause is cut into the words of `absence_lexis` and open stretches between them (`absence_tokens`). It says nothing of
the name if it denies that something is known, found, mentioned or there to read (`absence_denials`), and if each open
stretch stands where it says nothing of the name (`absence_open`). 没有找到索尼的缺点, 不了解索尼的人 and 这家店没有索尼
have a word too many. Where the name is only the topic (关于X, X:), the next clause is looked at so.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from answerlens_common.text.matching.absence_denials import (
    denies,
    has_none_called,
    is_elliptic,
    is_not_among,
    is_not_shown_to_be,
    is_of_a_fact,
    lacks_a_fact,
)
from answerlens_common.text.matching.absence_lexis import Role
from answerlens_common.text.matching.absence_open import LOCATING, all_have_a_place, has_a_place, is_weighed
from answerlens_common.text.matching.absence_tokens import CLAUSE, NAME, Token, has, is_filler, plainly, tokens

_CITED: Final = re.compile(r"\[(?:citation:)?\d+\]")
_CONDITION: Final = re.compile("(?:如果|假如|要是|若|倘若|万一|只要|除非|即使|哪怕|当(?![前时下]))")
_IF_YOU_MEAN: Final = re.compile("^(?:如果|若|假如|要是)(?=您提到的|是)")
_ITEM: Final = re.compile(r"^\W*(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.)]")
# 找不到X的电话时: what to do then is said.
_WHEN: Final = frozenset(["时", "时候", "的时候", "后", "之后", "的话"])
_LISTS: Final = re.compile(":[^,，:]*$")
# Who does not publish figures is spoken of, not unknown.
_KEEPS_BACK: Final = re.compile("(?:没有?|未)公开(?!(?:的|任何)*(?:可[查信]证?的?)?(?:资料|信息|数据|评测|评价))")
_TOPICAL: Final = (
    Role.FILLER
    | Role.ABOUT
    | Role.KIND
    | Role.THIS
    | Role.NAMED
    | Role.OF
    | Role.SPEAKER
    | Role.SEARCH
    | Role.INFORMATION
    | Role.FACT
    | Role.BE
    | Role.WHETHER
    | Role.WHAT
    | Role.AND
)


def says_nothing(before: str, name: str, after: str) -> bool:
    """Whether the clause of a name, or what follows where it is only the topic, denies that anything is known.

    Args:
        before: The sentence up to the name, folded, in simplified characters.
        name: The name, in simplified characters.
        after: The rest of it.
    """
    clauses = CLAUSE.split(_CITED.sub("", before.rpartition("|")[2]))
    left = _IF_YOU_MEAN.sub("", _ITEM.sub("", plainly(clauses[-1].lstrip())))
    is_listed = _LISTS.search(before) is not None
    right, *following = CLAUSE.split(_CITED.sub("", after.partition("|")[0]), maxsplit=5)
    following = [clause.replace(name, "它") for clause in following]
    if is_listed and len(clauses) > 1 and _is_listed(left, right) and denies_all(tokens(clauses[-2])):
        return True
    hypothesis = _CONDITION.match(left)
    if hypothesis:
        return _is_supposed(tokens(left[hypothesis.end() :]), tokens(right), following)
    return _says_nothing(left, right, tuple(following[:4]), tuple(clauses[-3:-1]))


def _is_listed(left: str, right: str) -> bool:
    """Whether the name stands alone or among others."""
    return all(
        not word.role or word.role & (Role.AND | Role.KIND | Role.FILLER) for word in (*tokens(left), *tokens(right))
    )


def _is_supposed(before: Sequence[Token], after: Sequence[Token], following: Sequence[str]) -> bool:
    """如果X是一个新品牌,那我的资料里可能还没有收录它."""
    if any(not word.role & Role.FILLER for word in before) or not after or not after[0].role & Role.BE:
        return False
    return denies_all(next((words for words in map(tokens, following) if words and not is_filler(words)), ()))


def denies_when_asked(before: str, asked: str, answer: str) -> bool:
    """Whether a name is only the topic of a question that the next sentence says nothing is known of.

    Args:
        before: The sentence up to the name, folded, in simplified characters.
        asked: The rest of the question.
        answer: The next sentence.
    """
    left, right = tokens(CLAUSE.split(before.rpartition("|")[2])[-1]), tokens(asked)
    clause = (*left, NAME, *right)
    then = [words for words in map(tokens, CLAUSE.split(answer)) if words and not is_filler(words)]
    return bool(then) and _is_topic(clause, len(left)) and denies_all(then[0])


@lru_cache(maxsize=16_384)
def _says_nothing(left: str, right: str, following: tuple[str, ...], earlier: tuple[str, ...]) -> bool:
    before, after = tokens(left), tokens(right)
    clause, at = (*before, NAME, *after), len(before)
    first = tuple(map(tokens, earlier))
    then = [words for words in map(tokens, following) if words]
    if _is_left_out(before, after, first):
        return True
    if _is_spoken_of(clause, at):
        return False
    if _is_denied(clause, at, first) and all_have_a_place(clause, at):
        return not _goes_on(after, then)
    said = next((words for words in then if not is_filler(words)), ())
    if _is_topic(clause, at):
        return denies_all(said)
    return _is_declined(clause, at) and any(
        denies_all(words) and has(words, Role.INFORMATION) for words in (*first, said)
    )


def _is_left_out(before: Sequence[Token], after: Sequence[Token], earlier: Iterable[Sequence[Token]]) -> bool:
    """里面没有X behind the sources; 都是Y的资料,没有X的."""
    if not before or not before[-1].role & Role.DENIAL:
        return False
    if [word.role for word in after] == [Role.OF]:
        return any(has(words, Role.INFORMATION) for words in earlier)
    return is_not_among(before, after) and any(has(words, Role.SOURCE) for words in earlier)


def _is_denied(clause: Sequence[Token], at: int, earlier: Iterable[Sequence[Token]]) -> bool:
    searched = any(has(words, Role.SEARCH) for words in earlier)
    return (
        denies(clause, at)
        or has_none_called(clause, at)
        or is_not_shown_to_be(clause, at)
        or (searched and lacks_a_fact(clause, at))
    )


def denies_all(words: Sequence[Token]) -> bool:
    """Whether a clause without the name says only that nothing is known, of whatever is spoken of."""
    return (denies(words, -1) or is_elliptic(words)) and all_have_a_place(words, -1)


def _is_declined(clause: Sequence[Token], at: int) -> bool:
    """表中未列出X, 这里不比较X: for want of information, if that is what stands beside it."""
    denies = has(clause, Role.DENIAL | Role.WEAK) and has(clause, Role.DECLINING)
    return denies and all_have_a_place(clause, at)


def _is_spoken_of(clause: Sequence[Token], at: int) -> bool:
    """没有负面评价的X, 没听说过X的: the denial only tells which one, or who."""
    if at and (clause[at - 1].role & Role.OF or clause[at - 1].text in LOCATING):
        return True
    if any(word.role & Role.SAYING for word in clause):
        return True
    if _KEEPS_BACK.match("".join(word.text for word in clause[at + 1 :])):
        return True
    if clause[-1].text in _WHEN:
        return True
    return at + 2 == len(clause) and clause[-1].role == Role.OF


def _goes_on(after: Sequence[Token], then: Sequence[Sequence[Token]]) -> bool:
    """没有查到X的价格,但门店很多: what is not known is one fact."""
    return bool(then) and bool(then[0][0].role & Role.CONTRAST) and is_of_a_fact(after, -1)


def _is_topic(clause: Sequence[Token], at: int) -> bool:
    """关于X, X:, 我搜索了X, X可能是一家小店."""
    after = clause[at + 1 :]
    if (
        at
        and clause[0].role & Role.MAYBE
        and all(word.role & (Role.MAYBE | Role.BE | Role.FILLER) for word in clause[:at])
    ):
        return True
    if all(word.role & _TOPICAL for word in clause[:at]):
        maybe = next((i for i, word in enumerate(after) if word.role & Role.MAYBE), None)
        if maybe is not None and _is_plain(clause, at, after[:maybe]):
            return True
        if clause[0].role & Role.ABOUT and len(after) > 1 and after[0].role & Role.OF:
            return not is_weighed(after)
    return not any(word.role & (Role.DENIAL | Role.WEAK) for word in clause) and all(
        i == at or word.role & _TOPICAL or has_a_place(clause, i, at, len(clause)) for i, word in enumerate(clause)
    )


def _is_plain(clause: Sequence[Token], at: int, words: Sequence[Token]) -> bool:
    return all(word.role & _TOPICAL or has_a_place(clause, i, at, len(clause)) for i, word in enumerate(words, at + 1))
