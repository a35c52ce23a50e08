"""Free ports for one stack: a block of a hundred, laid out the same way in every stack.

The last two digits say what listens (also in deploy/supervisord.conf):

    00 held while the stack starts    03 RabbitMQ's distribution    06 the sandbox
    01 PostgreSQL                     04 epmd                       Sn replica n of service S
    02 RabbitMQ (AMQP)                05 RabbitMQ's metrics
"""

import contextlib
import random
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from answerlens_cli.stack.errors import StackError

SIZE = 100
# Below the range from which Linux takes the ports of outgoing connections (32768 on), or a port that was free
# a second ago may be a connection's by the time the stack listens on it.
FIRST, LAST = 20_000, 32_600
# The tens digit of each service in the block; the units digit is the replica, from 1.
SERVICES = {
    "order-api": 1,
    "searcher": 2,
    "bank-builder": 3,
    "collector": 4,
    "scorer": 5,
    "analyzer": 6,
    "scheduler": 7,
}
MAX_REPLICAS = 9


@dataclass(frozen=True)
class PortBlock:
    """A hundred ports from `base`, which is a multiple of 100."""

    base: int

    @property
    def postgres(self) -> int:
        """PostgreSQL's."""
        return self.base + 1

    @property
    def amqp(self) -> int:
        """RabbitMQ's, for clients."""
        return self.base + 2

    @property
    def distribution(self) -> int:
        """RabbitMQ's, for its command-line tools."""
        return self.base + 3

    @property
    def epmd(self) -> int:
        """Erlang's port mapper."""
        return self.base + 4

    @property
    def rabbitmq_metrics(self) -> int:
        """RabbitMQ's Prometheus page."""
        return self.base + 5

    @property
    def sandbox(self) -> int:
        """The sandbox's."""
        return self.base + 6

    def service(self, name: str, replica: int = 1) -> int:
        """The HTTP port of a service's replica, counted from 1.

        Raises:
            ValueError: there is no such replica: the ports hold nine.
        """
        if not 1 <= replica <= MAX_REPLICAS:
            message = f"replica {replica} of {name}: there are ports for 1 to {MAX_REPLICAS}"
            raise ValueError(message)
        return self.base + 10 * SERVICES[name] + replica


@contextlib.contextmanager
def free_block() -> Iterator[PortBlock]:
    """A block in which every port is free, kept from other stacks for as long as the context lasts.

    The block's first port is held open meanwhile: two stacks that start at once in different clones would
    otherwise find the same ports free.
    """
    bases = list(range(FIRST, LAST, SIZE))
    random.shuffle(bases)
    for base in bases:
        with socket.socket() as keeper:
            if _bind(keeper, base) and all(_is_free(port) for port in range(base + 1, base + SIZE)):
                yield PortBlock(base)
                return
    message = f"No {SIZE} free ports in a row between {FIRST} and {LAST} on 127.0.0.1."
    raise StackError(message)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return _bind(probe, port)


def _bind(sock: socket.socket, port: int) -> bool:
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
