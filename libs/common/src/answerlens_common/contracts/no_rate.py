"""Why a rate has no value. The reason is stored with the rate, so that a reader need not guess it from a count of 0."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from answerlens_common.wording import Wording


class NoRate(StrEnum):
    """Why `rate` is null; with it `k`, `n`, the interval and the verdict are null too."""

    NO_COMPETITORS = "no_competitors"
    NO_QUESTIONS = "no_questions"
    NO_ANSWERS = "no_answers"
    NO_SCORES = "no_scores"
    NO_SUCH_SCORE = "no_such_score"
    NOBODY_NAMED = "nobody_named"
    BRAND_NOT_NAMED = "brand_not_named"
    CITATIONS_UNKNOWN = "citations_unknown"
    NOTHING_CITED = "nothing_cited"
    NOT_JUDGED = "not_judged"


# a word or two, to stand in the place of the figure
SHORT: Final[Mapping[NoRate, Wording]] = {
    NoRate.NO_COMPETITORS: Wording("无竞品", "no competitors"),
    NoRate.NO_QUESTIONS: Wording("无此类问题", "no such questions"),
    NoRate.NO_ANSWERS: Wording("无可用答案", "no usable answers"),
    NoRate.NO_SCORES: Wording("无评分", "no scores"),
    NoRate.NO_SUCH_SCORE: Wording("无此分答案", "no answer with this score"),
    NoRate.NOBODY_NAMED: Wording("无人被提及", "nobody named"),
    NoRate.BRAND_NOT_NAMED: Wording("品牌未被提及", "brand not named"),
    NoRate.CITATIONS_UNKNOWN: Wording("引用未知", "citations unknown"),
    NoRate.NOTHING_CITED: Wording("无引用", "nothing cited"),
    NoRate.NOT_JUDGED: Wording("尚未判定", "not judged yet"),
}
SENTENCES: Final[Mapping[NoRate, Wording]] = {
    NoRate.NO_COMPETITORS: Wording(
        "订单没有竞品：没有比较对象，就没有首位、前三、平均位次与声量份额。",
        "The order has no competitors: among nobody there is no first mention, top 3, position or share of voice.",
    ),
    NoRate.NO_QUESTIONS: Wording("当日没有这一类问题。", "The day has no questions of this kind."),
    NoRate.NO_ANSWERS: Wording("这些问题当日没有可用的答案。", "None of these questions has a usable answer."),
    NoRate.NO_SCORES: Wording("没有得分高于 0 的答案，无从加权。", "No answer has a score above 0 to weigh it by."),
    NoRate.NO_SUCH_SCORE: Wording("没有得到这一分数的答案。", "No answer has this score."),
    NoRate.NOBODY_NAMED: Wording(
        "没有答案提及品牌或任何竞品。", "No answer names the brand or any of its competitors."
    ),
    NoRate.BRAND_NOT_NAMED: Wording("没有答案提及品牌。", "No answer names the brand."),
    NoRate.CITATIONS_UNKNOWN: Wording(
        "引擎不说明答案引用了哪些来源。", "The engine does not tell which sources an answer cites."
    ),
    NoRate.NOTHING_CITED: Wording("没有答案引用任何链接。", "No answer cites any link."),
    NoRate.NOT_JUDGED: Wording(
        "提及品牌的答案尚未判定态度，判定后补上。",
        "What the answers think of the brand has not been judged yet; it is filled in.",
    ),
}
