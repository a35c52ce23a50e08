"""What can go wrong with the local stack, each with what to do about it in its message."""

from answerlens_common.errors import BusinessError, SystemFaultError


class StackError(SystemFaultError):
    """The local stack could not do what was asked of it."""


class ProgramMissingError(StackError):
    """A system program is neither here nor installable by us.

    Attributes:
        programs: the missing ones, as a person would name them.
    """

    def __init__(self, programs: list[str], why: str) -> None:
        self.programs = programs
        names = ", ".join(programs)
        super().__init__(
            f"{names} not found and not installed for you: {why}. Install {names} (on Debian: `apt-get install"
            f" postgresql rabbitmq-server chromium libatomic1`), or give the addresses of running ones in"
            f" ANSWERLENS_POSTGRES_URL, ANSWERLENS_RABBITMQ_URL and ANSWERLENS_CHROMIUM_PATH, or run everything"
            f" in containers: `docker compose -f deploy/compose.yaml up`."
        )


class ProcessFailedError(StackError):
    """A process of the stack did not start, or did not stay.

    Attributes:
        process: its name under supervisor, or that of the job.
        log_tail: the last lines it logged.
    """

    def __init__(self, process: str, what: str, log_tail: str) -> None:
        self.process = process
        self.log_tail = log_tail
        super().__init__(f"{process} {what}. Its last lines:\n{log_tail or '(it logged nothing)'}")


class MixedWorldError(BusinessError):
    """Some parts of the outside world are configured as real and some are not."""

    def __init__(self, present: str, missing: str) -> None:
        self.present = present
        self.missing = missing
        super().__init__(
            f"{present} is set but {missing} is not. Set both to measure real engines, or neither to use the"
            f" sandbox: answers of the two must not be mixed in one report."
        )
