"""What notices say, in the reader's language."""

import datetime as dt
from decimal import Decimal

import pytest

from answerlens_common.contracts.notices import (
    BreakerChanged,
    BudgetNearlySpent,
    BudgetSpent,
    EngineFailure,
    MeasurementCompleted,
    MeasurementFailed,
    MeasurementWithdrawn,
    Notice,
    NoticeKind,
    Transition,
    parameters_of,
    read_notice,
    severity_of,
)
from answerlens_common.failures import SENTENCES, Failure
from answerlens_orders.notices.words import Language, words_of

DATE = dt.date(2026, 1, 31)
ORDER = {"brand": "索尼", "keyword": "蓝牙耳机", "date": DATE}
FEW, INTERNAL = SENTENCES[Failure.TOO_FEW_ANSWERS], SENTENCES[Failure.INTERNAL]
SOME = (
    EngineFailure(engine="chat-c", code=Failure.TOO_FEW_ANSWERS),
    EngineFailure(engine="chat-b", code=Failure.INTERNAL),
    EngineFailure(engine="chat-a", code=Failure.TOO_FEW_ANSWERS),
)
SPENT = "The language model has cost 9.9900 today, of a budget of 10.0000"
NOTICES: list[tuple[Notice, str, str]] = [
    (MeasurementCompleted(**ORDER), "索尼 × 蓝牙耳机 2026-01-31 测量完成", "索尼 × 蓝牙耳机 2026-01-31: measured"),
    (
        MeasurementCompleted(**ORDER, failures=SOME[1:2]),
        f"索尼 × 蓝牙耳机 2026-01-31 测量完成（部分引擎失败：chat-b：{INTERNAL.chinese}）",
        f"索尼 × 蓝牙耳机 2026-01-31: measured (some engines failed: chat-b: {INTERNAL.english})",
    ),
    (
        MeasurementFailed(**ORDER, failures=SOME),
        f"索尼 × 蓝牙耳机 2026-01-31 测量失败：chat-a、chat-c：{FEW.chinese} chat-b：{INTERNAL.chinese}",
        f"索尼 × 蓝牙耳机 2026-01-31: the measurement failed: chat-a, chat-c: {FEW.english} chat-b: {INTERNAL.english}",
    ),
    (
        MeasurementFailed(**ORDER),
        "索尼 × 蓝牙耳机 2026-01-31 测量失败：原因不明",
        "索尼 × 蓝牙耳机 2026-01-31: the measurement failed: the reason is not known",
    ),
    (
        MeasurementWithdrawn(**ORDER, reason="误测"),
        "索尼 × 蓝牙耳机 2026-01-31 的测量已撤回：误测",
        "索尼 × 蓝牙耳机 2026-01-31: the measurement was withdrawn: 误测",
    ),
    (
        BreakerChanged(breaker="engine:chat-a", transition=Transition.OPENED),
        "熔断器 engine:chat-a 已打开：连续失败，相关工作暂缓，不消耗重试次数",
        "The circuit breaker engine:chat-a has opened: failures in a row; its work waits, and no attempt is spent",
    ),
    (
        BreakerChanged(breaker="llm_api", transition=Transition.REOPENED),
        "熔断器 llm_api 试探失败，继续打开",
        "The circuit breaker llm_api stays open: the probe has failed",
    ),
    (
        BreakerChanged(breaker="llm_api", transition=Transition.CLOSED),
        "熔断器 llm_api 已恢复",
        "The circuit breaker llm_api has closed: its work goes on",
    ),
    (
        BudgetNearlySpent(spent=Decimal("8.01"), budget=Decimal(10)),
        "语言模型今天已花费 8.0100，当日预算 10.0000",
        "The language model has cost 8.0100 today, of a budget of 10.0000",
    ),
    (
        BudgetSpent(spent=Decimal("9.99"), budget=Decimal(10)),
        "语言模型今天已花费 9.9900，当日预算 10.0000：余下不足以再发请求，其余工作推迟到明天",
        f"{SPENT}: too little is left for another request, and the other work waits for tomorrow",
    ),
]


@pytest.mark.parametrize(("notice", "chinese", "english"), NOTICES)
def test_a_notice_has_its_words_in_both_languages(notice: Notice, chinese: str, english: str) -> None:
    assert Language.CHINESE.of(words_of(notice)) == chinese
    assert Language.ENGLISH.of(words_of(notice)) == english


@pytest.mark.parametrize("notice", [notice for notice, _, _ in NOTICES])
def test_a_notice_is_kept_as_its_kind_and_its_parameters(notice: Notice) -> None:
    kept = parameters_of(notice)
    assert "kind" not in kept
    assert read_notice(notice.kind.value, type(notice).model_validate_json(kept).model_dump(mode="json")) == notice
    assert severity_of(notice)


def test_every_kind_of_notice_is_tried_here() -> None:
    assert {notice.kind for notice, _, _ in NOTICES} == set(NoticeKind)


# As they have been stored: they are read for as long as they are kept.
STORED = [
    ("measurement_failed", {"brand": "b", "keyword": "k", "date": "2026-01-31", "failures": []}),
    ("measurement_completed", {"brand": "b", "keyword": "k", "date": "2026-01-31"}),
    ("measurement_withdrawn", {"brand": "b", "keyword": "k", "date": "2026-01-31", "reason": "r"}),
    ("breaker_changed", {"breaker": "llm_api", "transition": "opened"}),
    ("budget_nearly_spent", {"spent": "8.01", "budget": "10"}),
    ("budget_spent", {"spent": "9.99", "budget": "10"}),
]


@pytest.mark.parametrize(("kind", "parameters"), STORED)
def test_what_was_stored_stays_readable(kind: str, parameters: dict[str, object]) -> None:
    assert read_notice(kind, parameters).kind == kind
