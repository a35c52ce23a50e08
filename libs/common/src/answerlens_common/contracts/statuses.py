"""Every status that a row can have, what it means, and which may follow it.

The database refuses any other value (`checked` in `db.tables.base`), and the chaos tests refuse a step that is not in
`FOLLOWING`. SQL writes a status as it is stored: 'running'; Python writes the value of its enum.
"""

from collections.abc import Mapping
from typing import Final

from answerlens_common.wording import Worded


class OrderStatus(Worded):
    """How an order stands: the outcome of its first measurement."""

    QUEUED = "queued", "已排队，尚未开始。", "Waiting to begin."
    RUNNING = "running", "首次测量进行中。", "The first measurement is under way."
    COMPLETED = "completed", "首次测量已完成。", "The first measurement has ended with rates."
    FAILED = "failed", "首次测量失败。", "The first measurement has ended without rates."
    CANCELLED = "cancelled", "客户已取消。", "The client has cancelled it."


class MeasurementStatus(Worded):
    """How an order's measurement of one date stands."""

    QUEUED = "queued", "已排队，尚未开始。", "Waiting to begin."
    RUNNING = "running", "正在测量或重新分析。", "Being measured, or analysed again."
    COMPLETED = "completed", "已完成，至少一个引擎有结果。", "Ended: one engine at least has rates."
    FAILED = "failed", "失败，没有引擎有结果。", "Ended: no engine has rates."
    CANCELLED = "cancelled", "结束前已取消。", "Cancelled before it ended."
    WITHDRAWN = "withdrawn", "已撤回，不计入任何数字。", "Withdrawn: it counts in no figure."


class EngineStatus(Worded):
    """How one engine of a measurement stands."""

    PENDING = "pending", "等待结果。", "Its rates are awaited."
    ANALYSED = "analysed", "已有结果。", "Its rates are stored."
    FAILED = "failed", "没有结果。", "It has no rates, and none are awaited."
    CANCELLED = "cancelled", "已取消。", "Cancelled with its measurement."
    WITHDRAWN = "withdrawn", "已撤回。", "Withdrawn with its measurement."


class DiagnosisStatus(Worded):
    """How a client's diagnosis stands."""

    QUEUED = "queued", "已排队，尚未开始。", "Waiting to begin."
    RUNNING = "running", "正在提问或分析。", "Its questions are being asked, or its answers analysed."
    COMPLETED = "completed", "已完成，至少一半的答案可用。", "Ended with rates: half of the answers at least are ok."
    FAILED = "failed", "失败，可用的答案不足一半。", "Ended: fewer than half of the answers are ok, or none has rates."
    CANCELLED = "cancelled", "客户已取消。", "The client has cancelled it: what was not asked yet is not asked."


class SubjectStatus(Worded):
    """How a brand of a diagnosis or an import stands with one of its private collections."""

    PENDING = "pending", "等待结果。", "Its rates are awaited."
    ANALYSED = "analysed", "已有结果。", "Its rates are stored."
    FAILED = "failed", "没有结果。", "The collection ended without rates."
    CANCELLED = "cancelled", "已取消。", "Cancelled with its diagnosis or import."


class ImportStatus(Worded):
    """How an import of answers that were collected elsewhere stands."""

    RECEIVING = "receiving", "正在接收文件。", "Its file is being sent."
    CHECKING = "checking", "正在逐行检查。", "Its file is cut into batches, whose rows are checked."
    ANALYSING = "analysing", "正在评分和分析。", "Its answers are stored; they are scored and analysed."
    COMPLETED = "completed", "已完成。", "Ended: every row was taken or refused, and what was to be found is found."
    FAILED = "failed", "失败。", "Ended: the file cannot be read, no row can be taken, or none of it could be analysed."
    CANCELLED = "cancelled", "已取消。", "Cancelled before it ended."


class BankStatus(Worded):
    """How a bank of questions stands."""

    BUILDING = "building", "正在生成。", "Its questions are being written."
    READY = "ready", "已完成。", "Complete: engines may be asked."
    DROPPED = "dropped", "已按保留期删除。", "Its questions have been dropped after their time."


class CollectionStatus(Worded):
    """How the questions of one engine on one date stand."""

    COLLECTING = "collecting", "正在提问。", "Questions are being asked."
    PAUSED = "paused", "暂停，没有订单在等。", "No order waits for it: the next one that does takes it up."
    COLLECTED = "collected", "提问结束，等待评分。", "Every question has ended; scores are awaited."
    SCORED = "scored", "评分完成。", "Every answer that can be used has its score."
    FAILED = "failed", "有效答案太少。", "Too few questions were answered."


class AnswerStatus(Worded):
    """How a question to an engine ended."""

    OK = "ok", "有答案。", "Answered."
    FAILED = "failed", "提问失败。", "Not answered, after all attempts."
    REFUSED = "refused", "引擎拒绝回答。", "The engine declined to answer."
    CAPTCHA = "captcha", "引擎要求人机验证。", "The engine asked for a captcha."
    LOGIN_REQUIRED = "login_required", "引擎要求登录。", "The engine asked for a login."
    EMPTY = "empty", "答案为空。", "The engine answered nothing."
    NOT_ASKED = "not_asked", "未提问：时间已到。", "Never asked: the time was over before its turn came."


class ClaimStatus(Worded):
    """How the work behind a claim stands."""

    HELD = "held", "有进程在做。", "A holder works on it."
    WAITING = "waiting", "等待重试。", "It waits for a retry of its message."
    DONE = "done", "已完成。", "Its holder has ended; a new message or a replay begins anew."
    FAILED = "failed", "已失败。", "Failed for good; a new message or a replay begins anew."


class TaskStatus(Worded):
    """How a task stands in the log."""

    RUNNING = "running", "进行中。", "Under way."
    RETRYING = "retrying", "等待重试。", "An attempt has failed; the next one comes."
    COMPLETED = "completed", "已完成。", "Done."
    FAILED = "failed", "已失败。", "Failed for good."


class SlotStatus(Worded):
    """How one run of a scheduled job stands."""

    RUNNING = "running", "进行中。", "A part of its work is done; whichever scheduler leads goes on with it."
    FIRED = "fired", "已触发。", "Its time has come, and it is to be done."
    MISSED = "missed", "已错过。", "Its time came while no scheduler led; a later run does its work."
    BASELINE = "baseline", "起点。", "The job's first run is the next one: an installation does not begin with it."


class ReportStatus(Worded):
    """What a version of a report reports."""

    COMPLETED = "completed", "测量已完成。", "A measurement with rates."
    FAILED = "failed", "测量失败。", "A measurement without rates."
    WITHDRAWN = "withdrawn", "测量已撤回。", "A measurement that was withdrawn."


class Severity(Worded):
    """How much a notification matters."""

    INFO = "info", "消息。", "Good to know."
    WARNING = "warning", "提醒。", "Something of the reader's has failed or changed."
    MEDIUM = "medium", "需要留意。", "An operator may have to act."
    HIGH = "high", "需要处理。", "An operator has to act."


FOLLOWING: Final[Mapping[type[Worded], Mapping[Worded, frozenset[Worded]]]] = {
    OrderStatus: {
        OrderStatus.QUEUED: frozenset({OrderStatus.COMPLETED, OrderStatus.FAILED, OrderStatus.CANCELLED}),
        # an operator's or an admin's retry
        OrderStatus.COMPLETED: frozenset({OrderStatus.RUNNING}),
        OrderStatus.FAILED: frozenset({OrderStatus.RUNNING}),
        OrderStatus.RUNNING: frozenset({OrderStatus.COMPLETED, OrderStatus.FAILED, OrderStatus.CANCELLED}),
        OrderStatus.CANCELLED: frozenset(),
    },
    MeasurementStatus: {
        MeasurementStatus.QUEUED: frozenset(
            {MeasurementStatus.COMPLETED, MeasurementStatus.FAILED, MeasurementStatus.CANCELLED}
        ),
        # retried, or analysed again
        MeasurementStatus.COMPLETED: frozenset({MeasurementStatus.RUNNING, MeasurementStatus.WITHDRAWN}),
        MeasurementStatus.FAILED: frozenset({MeasurementStatus.RUNNING, MeasurementStatus.WITHDRAWN}),
        MeasurementStatus.RUNNING: frozenset(
            {MeasurementStatus.COMPLETED, MeasurementStatus.FAILED, MeasurementStatus.CANCELLED}
        ),
        MeasurementStatus.CANCELLED: frozenset(),
        # measured anew by a refresh of its date
        MeasurementStatus.WITHDRAWN: frozenset({MeasurementStatus.QUEUED}),
    },
    EngineStatus: {
        EngineStatus.PENDING: frozenset({EngineStatus.ANALYSED, EngineStatus.FAILED, EngineStatus.CANCELLED}),
        # analysed again; withdrawn with its measurement
        EngineStatus.ANALYSED: frozenset({EngineStatus.PENDING, EngineStatus.WITHDRAWN}),
        # retried; or its rates come after it was given up
        EngineStatus.FAILED: frozenset({EngineStatus.PENDING, EngineStatus.ANALYSED, EngineStatus.WITHDRAWN}),
        EngineStatus.CANCELLED: frozenset(),
        EngineStatus.WITHDRAWN: frozenset(),
    },
    DiagnosisStatus: {
        DiagnosisStatus.QUEUED: frozenset({DiagnosisStatus.RUNNING, DiagnosisStatus.FAILED, DiagnosisStatus.CANCELLED}),
        DiagnosisStatus.RUNNING: frozenset(
            {DiagnosisStatus.COMPLETED, DiagnosisStatus.FAILED, DiagnosisStatus.CANCELLED}
        ),
        DiagnosisStatus.COMPLETED: frozenset(),
        DiagnosisStatus.FAILED: frozenset(),
        DiagnosisStatus.CANCELLED: frozenset(),
    },
    ImportStatus: {
        ImportStatus.RECEIVING: frozenset({ImportStatus.CHECKING}),
        ImportStatus.CHECKING: frozenset(
            {ImportStatus.ANALYSING, ImportStatus.COMPLETED, ImportStatus.FAILED, ImportStatus.CANCELLED}
        ),
        ImportStatus.ANALYSING: frozenset({ImportStatus.COMPLETED, ImportStatus.FAILED, ImportStatus.CANCELLED}),
        ImportStatus.COMPLETED: frozenset(),
        ImportStatus.FAILED: frozenset(),
        ImportStatus.CANCELLED: frozenset(),
    },
    SubjectStatus: {
        SubjectStatus.PENDING: frozenset({SubjectStatus.ANALYSED, SubjectStatus.FAILED, SubjectStatus.CANCELLED}),
        SubjectStatus.ANALYSED: frozenset(),
        SubjectStatus.FAILED: frozenset(),
        SubjectStatus.CANCELLED: frozenset(),
    },
    BankStatus: {
        BankStatus.BUILDING: frozenset({BankStatus.READY}),
        BankStatus.READY: frozenset({BankStatus.DROPPED}),
        BankStatus.DROPPED: frozenset(),
    },
    CollectionStatus: {
        CollectionStatus.COLLECTING: frozenset(
            {CollectionStatus.PAUSED, CollectionStatus.COLLECTED, CollectionStatus.FAILED}
        ),
        CollectionStatus.PAUSED: frozenset(
            {CollectionStatus.COLLECTING, CollectionStatus.COLLECTED, CollectionStatus.FAILED}
        ),
        CollectionStatus.COLLECTED: frozenset({CollectionStatus.SCORED}),
        CollectionStatus.SCORED: frozenset(),
        # retried: by a dead letter's replay, or by an admin
        CollectionStatus.FAILED: frozenset({CollectionStatus.COLLECTING, CollectionStatus.PAUSED}),
    },
    ClaimStatus: {
        ClaimStatus.HELD: frozenset({ClaimStatus.WAITING, ClaimStatus.DONE, ClaimStatus.FAILED}),
        ClaimStatus.WAITING: frozenset({ClaimStatus.HELD, ClaimStatus.DONE}),
        # the same work is wanted anew: of another day's rules, or by a replay
        ClaimStatus.DONE: frozenset({ClaimStatus.HELD}),
        ClaimStatus.FAILED: frozenset({ClaimStatus.HELD}),
    },
    TaskStatus: {
        TaskStatus.RUNNING: frozenset({TaskStatus.RETRYING, TaskStatus.COMPLETED, TaskStatus.FAILED}),
        TaskStatus.RETRYING: frozenset({TaskStatus.RUNNING, TaskStatus.COMPLETED}),
        TaskStatus.COMPLETED: frozenset(),
        # retried
        TaskStatus.FAILED: frozenset({TaskStatus.RUNNING}),
    },
}
"""For each status those that a row may have next. A table whose rows are written once has no line here."""
