"""What ends an analysis for good."""

import datetime as dt

from answerlens_common.errors import BusinessError
from answerlens_common.failures import Failure


class AnswersDroppedError(BusinessError):
    """Answers are to be analysed and nothing is kept of them: no rates, rather than rates of nothing."""

    failure = Failure.ANSWERS_DROPPED

    def __init__(self, engine: str, date: dt.date) -> None:
        super().__init__(f"the answers of {engine} on {date} have been dropped")
        self.engine = engine
        self.date = date
