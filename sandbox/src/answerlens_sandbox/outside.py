"""The state that all parts of the sandbox share."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from answerlens_sandbox.answer import Answer, answer
from answerlens_sandbox.faults import Faults
from answerlens_sandbox.journal import Journal
from answerlens_sandbox.world import World


class Given(NamedTuple):
    """An answer as it is given.

    Attributes:
        nth: which answer to the question it is, from 1.
        key: what else is drawn of it, such as the pieces of its stream.
    """

    answer: Answer
    nth: int
    key: tuple[object, ...]


@dataclass
class Outside:
    """The pretend outside world of one process.

    Attributes:
        world: what is true.
        journal: what was asked of it.
        faults: how it is ordered to fail.
        answer_seconds: how long a chat site takes to give an answer.
        asked: how often each (engine, question) has been answered.
        pages: what a site keeps between two requests, by site.
    """

    world: World
    journal: Journal
    faults: Faults = field(default_factory=Faults)
    answer_seconds: float = 0.2
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    _serials: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        # a sandbox that was restarted goes on where its journal ends
        for row in self.journal.rows:
            if row["kind"] == "search" and row["question"]:
                self.world.learn(row["question"])
            if row["kind"] == "ask" and row.get("nth"):
                self.asked[row["engine"], row["question"]] += 1

    def serial(self) -> int:
        """Return a number that this process has not given yet, for identifiers."""
        return next(self._serials)

    def next_answer(self, engine: str, question: str, occasion: str | None = None, keyword: str = "") -> Given:
        """Return the next answer of an engine to a question, by its occasion and its keyword where they are known."""
        self.asked[engine, question] += 1
        nth = self.asked[engine, question]
        which = occasion or nth
        return Given(
            answer(self.world, engine, question, which, keyword), nth, (self.world.seed, engine, question, which)
        )
