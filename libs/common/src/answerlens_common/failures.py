"""Why a measurement failed, as its client reads it: a code for machines, and a sentence that says what to do.

Names of classes and what an error said itself are for operators: they stay in the task log.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from answerlens_common.stage_names import StageName
from answerlens_common.wording import Wording


class Failure(StrEnum):
    """What went wrong."""

    SOURCE_CAPTCHA = "source_captcha"
    SOURCE_LOGIN = "source_login"
    SOURCE_CHANGED = "source_changed"
    SOURCE_UNAVAILABLE = "source_unavailable"
    NO_QUESTIONS = "no_questions"
    QUESTIONS_NOT_WRITTEN = "questions_not_written"
    MODEL_UNAVAILABLE = "model_unavailable"
    MODEL_REFUSED = "model_refused"
    MODEL_UNUSABLE = "model_unusable"
    SCORES_MISSING = "scores_missing"
    ENGINE_DISABLED = "engine_disabled"
    TOO_FEW_ANSWERS = "too_few_answers"
    ANSWERS_DROPPED = "answers_dropped"
    UNAVAILABLE = "unavailable"
    TIMED_OUT = "timed_out"
    STALLED = "stalled"
    INTERNAL = "internal"
    SEVERAL = "several"


_AGAIN: Final = Wording(
    "仍在跟踪的订单次日会自动再测；也可以稍后重新下单。",
    "A tracked order is measured again the next day; or place it again later.",
)


def _passing(chinese: str, english: str) -> Wording:
    """What may pass by itself, with what to do then."""
    return Wording(chinese + _AGAIN.chinese, f"{english} {_AGAIN.english}")


SENTENCES: Final[Mapping[Failure, Wording]] = {
    Failure.SOURCE_CAPTCHA: _passing(
        "问题来源网站要求人机验证，未能搜集问题，需由管理员处理。",
        "The site that questions come from asked for a captcha, which an administrator has to solve.",
    ),
    Failure.SOURCE_LOGIN: _passing(
        "问题来源网站的登录已失效，未能搜集问题，需由管理员重新登录。",
        "Our login at the site that questions come from has ended; an administrator has to renew it.",
    ),
    Failure.SOURCE_CHANGED: _passing(
        "问题来源网站改版，未能搜集问题，需由管理员处理。",
        "The site that questions come from has changed, which an administrator has to follow.",
    ),
    Failure.SOURCE_UNAVAILABLE: _passing(
        "问题来源网站暂时不可用，多次重试仍未搜集到问题。",
        "The site that questions come from was not available, after several attempts.",
    ),
    Failure.NO_QUESTIONS: Wording(
        "没有找到人们就这个关键词提出的问题。请换一个更常用的关键词重新下单。",
        "No question that people ask about this keyword was found. Order a more common keyword.",
    ),
    Failure.QUESTIONS_NOT_WRITTEN: Wording(
        "未能为这个关键词写出足够多互不相同的问题。请稍后重新下单；若仍失败，请换一个更常用的关键词。",
        "Not enough different questions could be written for it. Order again later, or a more common keyword.",
    ),
    Failure.MODEL_UNAVAILABLE: _passing(
        "语言模型暂时不可用，多次重试仍未成功。", "The language model was not available, after several attempts."
    ),
    Failure.MODEL_REFUSED: _passing(
        "语言模型拒绝了请求，需由管理员检查其设置。",
        "The language model refused the request; an administrator has to look at its settings.",
    ),
    Failure.MODEL_UNUSABLE: _passing(
        "语言模型的输出多次不符合要求。", "What the language model gave could not be used, after several attempts."
    ),
    Failure.SCORES_MISSING: _passing(
        "过多答案未能评分，无法得出可信的数字。", "Too many answers could not be scored for figures to be trusted."
    ),
    Failure.ENGINE_DISABLED: Wording(
        "这个引擎已停用或尚未启用。请换一个引擎重新下单。",
        "This engine is disabled, or not running yet. Order with another engine.",
    ),
    Failure.TOO_FEW_ANSWERS: _passing(
        "这个引擎可用的答案过少（网站要求验证、限流或出错），无法得出可信的数字。",
        "Too few answers of this engine could be used (a captcha, a limit or an error of its site) for figures to be"
        " trusted.",
    ),
    Failure.ANSWERS_DROPPED: Wording(
        "当日的答案已按保留期删除，无法再分析。请查看其他日期的报告。",
        "The answers of this day have been dropped after their time and cannot be analysed. See another day's report.",
    ),
    Failure.UNAVAILABLE: _passing(
        "所需的外部网站或服务暂时不可用，多次重试仍未成功。",
        "A site or service that is needed was not available, after several attempts.",
    ),
    Failure.TIMED_OUT: _passing(
        "有一步未能在规定时间内完成，多次重试仍未成功。",
        "A step did not end in the time it may take, after several attempts.",
    ),
    Failure.STALLED: _passing("测量长时间没有进展，已停止。", "Nothing had moved for so long that it was given up."),
    Failure.INTERNAL: Wording(
        "系统内部出错，原因已记入任务日志。请稍后重新下单；若仍失败，请把订单号告诉管理员。",
        "An internal error, noted in the task log. Order again later; if it fails again, give an administrator its id.",
    ),
    Failure.SEVERAL: Wording(
        "各引擎失败的原因不同，请分别查看。", "The engines failed for different reasons: see each of them."
    ),
}

# What is known of a failure whose message does not tell more than its stage: one from before codes were told.
_OF_STAGE: Final[Mapping[str, Failure]] = {
    StageName.SEARCH: Failure.SOURCE_UNAVAILABLE,
    StageName.BANK: Failure.QUESTIONS_NOT_WRITTEN,
    StageName.PLAN: Failure.ENGINE_DISABLED,
    StageName.ASK: Failure.TOO_FEW_ANSWERS,
    StageName.COLLECT: Failure.TOO_FEW_ANSWERS,
    StageName.SCORE: Failure.SCORES_MISSING,
    StageName.STALLED: Failure.STALLED,
}


def failure_of(stage: str, code: str | None) -> Failure:
    """The failure that a message tells of; a code that only a newer version knows is an internal error."""
    if code is None:
        return _OF_STAGE.get(stage, Failure.INTERNAL)
    return Failure(code) if code in set(Failure) else Failure.INTERNAL
