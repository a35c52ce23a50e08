"""Why a set-up stops before anything is written."""

from answerlens_common.errors import BusinessError


class SetupError(BusinessError):
    """Something that was given cannot be used, or something is missing; nothing has been written.

    Attributes:
        where: the option, or the variable of the environment, that would put it right.
    """

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}. Nothing was written.")
        self.where = where
