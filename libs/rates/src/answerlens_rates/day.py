"""Whether a keyword's day on an engine can be trusted."""

from answerlens_common.wording import Worded


class DayStatus(Worded):
    """How far the answers of a day on an engine can be trusted."""

    OK = "ok", "可用。", "Nearly every question was answered."
    DEGRADED = "degraded", "答案偏少，谨慎使用。", "Many questions were not answered: its rates say so."
    FAILED = "failed", "答案过少，不可用。", "Too few questions were answered for any rate."


def day_status(ok: int, total: int, *, degraded_below: float = 0.8, failed_below: float = 0.5) -> DayStatus:
    """Judge a day by the share of its answers that are `ok`, so that an outage never looks like a low rate.

    Args:
        ok: Answers with status `ok`.
        total: Answers that have ended, failed ones too; a day without any has failed.
        degraded_below: A smaller share than this is degraded.
        failed_below: A smaller share than this has failed.
    """
    share = ok / total if total else 0.0
    if not total or share < failed_below:
        return DayStatus.FAILED
    return DayStatus.DEGRADED if share < degraded_below else DayStatus.OK
