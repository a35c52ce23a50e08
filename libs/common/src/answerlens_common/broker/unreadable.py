"""How many messages in a row could not be read, before their queue is left.

A message that cannot be read is a dead letter, and the rest flows. When none can be read any more, the messages are not
to blame: a release that changed an event would make dead letters of all of them. So after a few in a row the process
leaves the queue with what is in it. It is not ready then, ends after a minute (`service`), and tries a few more when it
has started again.
"""

from collections import Counter
from typing import Final

from answerlens_common.broker.topology import Queue
from answerlens_common.observing.logs import get_logger

MOST_IN_A_ROW: Final = 20


class Unreadable:
    """Counts for each queue of a process."""

    def __init__(self) -> None:
        self._in_a_row: Counter[Queue] = Counter()

    def read(self, queue: Queue) -> None:
        """One could be read."""
        self._in_a_row[queue] = 0

    def may_dead_letter(self, queue: Queue) -> bool:
        """One could not: whether it may become a dead letter; else the queue is to be left."""
        self._in_a_row[queue] += 1
        if self._in_a_row[queue] <= MOST_IN_A_ROW:
            return True
        get_logger().error("no message can be read: the queue is left", queue=queue.name, dead_letters=MOST_IN_A_ROW)
        return False
