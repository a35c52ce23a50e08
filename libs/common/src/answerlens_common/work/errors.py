"""How an attempt at a stage's work fails, beside the work's own errors, and what is said of it."""

from answerlens_common.errors import AnswerLensError, PutOffError, TransientError, describe
from answerlens_common.failures import Failure


class StageTimeoutError(TransientError):
    """The work took longer than its stage allows."""

    failure = Failure.TIMED_OUT

    def __init__(self, stage: str, seconds: float) -> None:
        super().__init__(f"{stage} took longer than {seconds:g} s")
        self.stage = stage
        self.seconds = seconds


class HolderDiedError(TransientError):
    """The process that held the last attempt died without a word."""

    failure = Failure.INTERNAL


class EarlyCopyError(PutOffError):
    """An older copy of a message whose retry is still to come: put off, in case that retry is lost."""


def public_text(error: Exception) -> str:
    """What a client may read of an error: our own words; of anything else only that it happened, the log has it."""
    if isinstance(error, AnswerLensError):
        return describe(error)
    return f"internal error ({type(error).__name__})"


def cause_of(error: Exception) -> Exception:
    """Of tasks that ran side by side, the first to fail decides."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
