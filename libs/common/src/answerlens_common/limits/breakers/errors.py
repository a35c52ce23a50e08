"""What an open breaker does to work."""

from answerlens_common.errors import PutOffError


class BreakerOpenError(PutOffError):
    """Nothing was asked: the breaker is open, and has been for as long as a call may wait.

    Attributes:
        name: the breaker.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"breaker {name} is open")
        self.name = name
