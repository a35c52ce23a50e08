"""Faults of a private RabbitMQ: stopped, killed, frozen, cut off, robbed of a queue, out of memory or disk."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from answerlens_cli.stack import rabbitmq
from answerlens_cli.stack.ports import PortBlock

# Not /usr/sbin/rabbitmqctl: Debian's wrapper changes to the system's user and drops our environment.
RABBITMQCTL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
START_SECONDS = 90.0


class Broker:
    """The RabbitMQ of one run folder, which its supervisor starts again when it dies."""

    def __init__(self, run_dir: Path, ports: PortBlock) -> None:
        self._folder = run_dir / "rabbitmq"
        self._ports = ports
        self._env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self._folder / "home"),
            **rabbitmq.environment(run_dir, ports),
        }

    async def ctl(self, *arguments: str) -> str:
        """What `rabbitmqctl --quiet …` prints."""
        process = await asyncio.create_subprocess_exec(
            RABBITMQCTL,
            "--quiet",
            *arguments,
            env=self._env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        text = output.decode(errors="replace")
        assert process.returncode == 0, f"rabbitmqctl {' '.join(arguments)}: {text}"
        return text

    @property
    def pid(self) -> int:
        """The Erlang machine's."""
        return int((self._folder / "mnesia" / f"{rabbitmq.NODE}.pid").read_text())

    async def kill(self) -> None:
        """SIGKILL; supervisor starts it again at once."""
        os.kill(self.pid, signal.SIGKILL)
        while await asyncio.to_thread(rabbitmq.is_ready, self._ports.amqp):  # noqa: ASYNC110 - a port has no event
            await asyncio.sleep(0.05)

    async def until_ready(self) -> None:
        """Wait until it takes connections."""
        async with asyncio.timeout(START_SECONDS):
            while not await asyncio.to_thread(rabbitmq.is_ready, self._ports.amqp):  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        """Its application is down, the node is up; connections are refused."""
        await self.ctl("stop_app")
        try:
            yield
        finally:
            await self.ctl("start_app")
            await self.until_ready()

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """SIGSTOP: sockets stay open and nobody answers."""
        pid = self.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    @asynccontextmanager
    async def out_of_memory(self) -> AsyncIterator[None]:
        """The memory alarm: publishers are blocked."""
        await self.ctl("set_vm_memory_high_watermark", "0.00000001")
        try:
            yield
        finally:
            await self.ctl("set_vm_memory_high_watermark", "0.4")

    @asynccontextmanager
    async def out_of_disk(self) -> AsyncIterator[None]:
        """The disk alarm: publishers are blocked."""
        await self.ctl("set_disk_free_limit", "1000000000000000")
        try:
            yield
        finally:
            await self.ctl("set_disk_free_limit", "50000000")

    async def close_connections(self) -> None:
        """Close every connection, as a load balancer or an administrator would."""
        await self.ctl("close_all_connections", "a test")

    async def delete_queue(self, name: str) -> None:
        """The queue and what lies in it are gone."""
        await self.ctl("delete_queue", name)

    async def queues(self) -> dict[str, tuple[int, int, int]]:
        """Of every queue: ready, unacknowledged, consumers."""
        listed = await self.ctl(
            "list_queues", "name", "messages_ready", "messages_unacknowledged", "consumers", "--no-table-headers"
        )
        rows = (line.split("\t") for line in listed.splitlines() if line)
        return {name: (int(ready), int(unacked), int(consumers)) for name, ready, unacked, consumers in rows}

    async def prefetches(self) -> dict[str, int]:
        """The prefetch of each queue's consumer; of several, the last one's."""
        listed = await self.ctl("list_consumers", "queue_name", "prefetch_count", "--no-table-headers")
        return {name: int(count) for name, count in (line.split("\t") for line in listed.splitlines() if line)}

    async def connections(self) -> int:
        """How many connections are open."""
        return len((await self.ctl("list_connections", "pid", "--no-table-headers")).splitlines())
