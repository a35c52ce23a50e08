"""The words of notices, in Chinese and in English."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from answerlens_common.contracts.notices import (
    BreakerChanged,
    BudgetNearlySpent,
    BudgetSpent,
    EngineFailure,
    MeasurementCompleted,
    MeasurementFailed,
    MeasurementWithdrawn,
    Notice,
    Transition,
)
from answerlens_common.failures import SENTENCES, Failure
from answerlens_common.wording import Worded, Wording

_BREAKER: Final = {
    Transition.OPENED: Wording(
        "已打开：连续失败，相关工作暂缓，不消耗重试次数",
        "has opened: failures in a row; its work waits, and no attempt is spent",
    ),
    Transition.REOPENED: Wording("试探失败，继续打开", "stays open: the probe has failed"),
    Transition.CLOSED: Wording("已恢复", "has closed: its work goes on"),
}


class Language(Worded):
    """A reader's language, by the tag that a client sends; what a user has typed stays as it was typed."""

    CHINESE = "zh", "简体中文。", "Chinese, in simplified characters."
    ENGLISH = "en", "英文。", "English."

    def of(self, words: Wording) -> str:
        """The words in this language."""
        return words.chinese if self is Language.CHINESE else words.english


def words_of(notice: Notice) -> Wording:
    """What a notice says."""
    match notice:
        case MeasurementCompleted(failures=failures):
            some = _why(failures)
            return _of_measurement(
                notice,
                " 测量完成" + (f"（部分引擎失败：{some.chinese}）" if failures else ""),
                ": measured" + (f" (some engines failed: {some.english})" if failures else ""),
            )
        case MeasurementFailed(failures=failures):
            why = _why(failures) if failures else Wording("原因不明", "the reason is not known")
            return _of_measurement(notice, f" 测量失败：{why.chinese}", f": the measurement failed: {why.english}")
        case MeasurementWithdrawn(reason=reason):
            return _of_measurement(notice, f" 的测量已撤回：{reason}", f": the measurement was withdrawn: {reason}")
        case BreakerChanged(breaker=breaker, transition=transition):
            said = _BREAKER[transition]
            return Wording(f"熔断器 {breaker} {said.chinese}", f"The circuit breaker {breaker} {said.english}")
        case BudgetNearlySpent():
            return _figures(notice)
        case BudgetSpent():
            said = _figures(notice)
            return Wording(
                f"{said.chinese}：余下不足以再发请求，其余工作推迟到明天",
                f"{said.english}: too little is left for another request, and the other work waits for tomorrow",
            )


def _of_measurement(
    notice: MeasurementCompleted | MeasurementFailed | MeasurementWithdrawn, chinese: str, english: str
) -> Wording:
    about = f"{notice.brand} × {notice.keyword} {notice.date}"
    return Wording(about + chinese, about + english)


def _why(failures: Sequence[EngineFailure]) -> Wording:
    """Why engines failed, said once for all that failed for the same reason."""
    engines: dict[Failure, list[str]] = defaultdict(list)
    for failure in sorted(failures, key=lambda one: one.engine):
        engines[failure.code].append(failure.engine)
    reasons = sorted((names, SENTENCES[code]) for code, names in engines.items())
    return Wording(
        " ".join(f"{'、'.join(names)}：{sentence.chinese}" for names, sentence in reasons),
        " ".join(f"{', '.join(names)}: {sentence.english}" for names, sentence in reasons),
    )


def _figures(notice: BudgetNearlySpent | BudgetSpent) -> Wording:
    return Wording(
        f"语言模型今天已花费 {notice.spent:.4f}，当日预算 {notice.budget:.4f}",
        f"The language model has cost {notice.spent:.4f} today, of a budget of {notice.budget:.4f}",
    )
