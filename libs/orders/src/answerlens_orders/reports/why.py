"""Why a version of a report was made."""

import datetime as dt
from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """Why a version was made."""

    MEASURED = "measured"
    REANALYSED = "reanalysed"
    RETRIED = "retried"
    BACKDATED = "backdated"
    WITHDRAWN = "withdrawn"
    REMEASURED = "remeasured"
    UPGRADED = "upgraded"

    def sentence(self, cause: dt.date | None) -> str:
        """In words; `cause` is the other day that it happened to, if it was another."""
        if cause is None:
            return _SENTENCES[self]
        chinese, english = _DONE[self]
        return f"{cause} {chinese}，比较的基准随之变化。 {cause} {english}: what this day is compared with changed."


_SENTENCES: Final = {
    Why.MEASURED: "测量完成。 The measurement ended.",
    Why.REANALYSED: "按订单当前的名称重新分析了已保存的答案。 The answers that are kept were analysed again.",
    Why.RETRIED: "失败的部分已重试。 What had failed was tried again.",
    Why.BACKDATED: "补测。 The day was measured after later ones.",
    Why.WITHDRAWN: "测量已撤回。 The measurement was withdrawn.",
    Why.REMEASURED: "撤回后重新测量。 The day was measured anew after it had been withdrawn.",
    Why.UPGRADED: "报告存档之前的测量。 It was measured before reports were kept as documents.",
}
# What happened to another day, in Chinese and in English.
_DONE: Final = {
    Why.MEASURED: ("测量完成", "was measured"),
    Why.REANALYSED: ("已重新分析", "was analysed again"),
    Why.RETRIED: ("已重试", "was tried again"),
    Why.BACKDATED: ("已补测", "was backdated"),
    Why.WITHDRAWN: ("已撤回", "was withdrawn"),
    Why.REMEASURED: ("已重新测量", "was measured anew"),
    Why.UPGRADED: ("已存档", "was filed"),
}
