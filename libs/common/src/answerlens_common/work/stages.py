"""A stage: an event comes in, shared work is done once, the next events go out.

A service declares a `Stage` and writes two functions: `cached`, which answers from what is stored, and `work`, which
does the work under a `Lease` and commits it through `lease.write()`. Everything else is done by the runner (`runner`).
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from answerlens_common.events import Event, KeywordEvent, WorkEvent
from answerlens_common.work.claims import Lease

E = TypeVar("E", bound=WorkEvent)

# A message that has held a slot for so long stops. What is left is done by a new message, at the end of the queue.
TURN_SECONDS: Final = 30.0


async def its_own_day(event: E) -> tuple[E, dt.date] | None:
    """An event of a keyword, and the date that it carries; the stage of another event says how it is located."""
    if not isinstance(event, KeywordEvent):
        message = f"{event.event_name()} carries no date"
        raise TypeError(message)
    return event, event.date


@dataclass(frozen=True)
class Stage(Generic[E]):
    """What a service does with one event.

    Attributes:
        locate: what an event is about: itself, as it is written today, and the date of the work. None when there is no
            such work, or none any more: then nothing follows. Called first, so that a message of before and one of
            today meet at one claim.
        cached: the events to pass on when the work is already done (an empty sequence: nothing follows), else None.
        work: do it, commit it through the lease, return the events that follow; the event that it was given, among
            them, says that it has done some of it and there is more to do.
        failed: called once when the work has failed for good; the events it returns (an older result, say) go out
            instead of `StageFailed` and there is no dead letter; None when there is no way on.
        item: what part of a keyword's day an event is about, when it is about a part (a question).
        one_date_at_a_time: the result serves other dates too, so they wait for it instead of making their own.
        timeout: seconds one attempt may take.
        concurrency: attempts at once in this process, both lanes together.
        breakers: what the work asks outside; while one of these is open, no work begins.
        limits_external_calls: what is outside must not be asked more often than there are attempts, so an attempt that
            had begun counts, whatever ended it; work that waits before it asks says so (`lease.before_external_call`).
    """

    name: str
    event: type[E]
    cached: Callable[[E], Awaitable[Sequence[Event] | None]]
    work: Callable[[E, Lease], Awaitable[Sequence[Event]]]
    timeout: float
    concurrency: int
    failed: Callable[[E, Lease, str], Awaitable[Sequence[Event] | None]] | None = None
    item: Callable[[E], str] = field(default=lambda _: "")
    locate: Callable[[E], Awaitable[tuple[E, dt.date] | None]] = its_own_day
    one_date_at_a_time: bool = False
    breakers: Sequence[str] = ()
    limits_external_calls: bool = False
