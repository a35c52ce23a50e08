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
    """The process that held the last attempt died before it could record how that ended."""

    failure = Failure.INTERNAL


class EarlyCopyError(PutOffError):
    """An older copy came while its message's retry is still due: it is put off, in case that retry is lost."""


def public_text(error: Exception) -> str:
    """What a client may read of an error: the words of our own ones; of any other its class, the log has the rest."""
    if isinstance(error, AnswerLensError):
        return describe(error)
    return f"internal error ({type(error).__name__})"


def cause_of(error: Exception) -> Exception:
    """The error that decides: of tasks that ran side by side, that of the first to fail."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
