"""What an engine of any kind is to the collector: places to ask at, and a question in, an answer out."""

import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from answerlens_collection.answers.answer import Answer


@dataclass(frozen=True)
class Question:
    """A question as an engine is asked it; `keyword` is empty when the question is private."""

    text: str
    date: dt.date
    replicate: int
    keyword: str


Ask = Callable[[Question], Awaitable[Answer]]
"""Puts a question to the engine. What the engine decides (a refusal, a captcha) is an answer without text; a
`TransientError` is raised for what may pass by itself."""


class Engine(AbstractAsyncContextManager[object], Protocol):
    """One engine; entered before it is asked, and left when the process stops.

    Attributes:
        name: as table `engine` has it.
        places: how many questions this process may put to it at once.
        seconds_between_asks: the account's pace, of all collectors together.
        breakers: what is asked; while one of these is open, no question is begun.
    """

    name: str
    places: int
    seconds_between_asks: float
    breakers: tuple[str, ...]

    def place(self, *, urgent: bool) -> AbstractAsyncContextManager[Ask]:
        """Wait for a place, urgent questions first, and hold it for one question."""
