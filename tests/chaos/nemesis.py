"""Random faults from a seed, at random moments, while orders and diagnoses come in and are cancelled."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

import asyncpg

from answerlens_common.observing.failpoints import STAGE_POINTS, STAGES
from tests.chaos import private_client
from tests.chaos.patience import until
from tests.chaos.system import ENGINE, Accepted, System

# What a site or the language model can be told to do; each is a way of not answering, for once.
SITE_FAULTS = ("429", "500", "hang", "captcha", "empty", "cut_stream", "bad_json", "changed_page")
MODEL_FAULTS = ("429", "500", "hang", "empty", "bad_json", "cut_stream")
SEARCH_FAULTS = ("500", "hang", "captcha", "empty", "cut_stream")
CANCELLED_SHARE = 0.2
JOINING_SHARE = 0.3
DIAGNOSED_SHARE = 0.5


class Made(NamedTuple):
    """A fault that was made: what, and whether it is known to have met somebody; others are counted when they are."""

    what: str
    met: bool = True


class Nemesis:
    """Harms a system; two with one seed choose the same faults in the same order.

    When each falls, and on what, is the machine's: what is under way at that moment differs from run to run.

    Attributes:
        injected: how often each kind of fault was made and met somebody: a signal to a process that is dead already, a
            point that nobody came to and a site fault that nobody ran into are none.
    """

    def __init__(self, system: System, seed: int) -> None:
        self._system = system
        # Apart, so that how long a fault takes does not change which order is cancelled, nor the other way round.
        self._chance = random.Random(seed)  # noqa: S311 - faults, not secrets
        self._custom = random.Random(seed + 1)  # noqa: S311 - the same
        self._began = time.monotonic()
        self.injected: Counter[str] = Counter()
        self._armed: set[str] = set()
        self._ordered = 0
        self._faults: dict[str, tuple[int, Callable[[], Awaitable[Made]]]] = {
            "kill": (6, self._kill),
            "stop": (2, self._stop),
            "term": (2, self._term),
            "failpoint": (6, self._failpoint),
            "browser": (2, self._browser),
            "site": (4, self._site),
            "redeliver": (4, self._redeliver),
            "backends": (3, self._backends),
            "connections": (2, self._connections),
            "broker": (1, self._broker),
            "postgres": (1, self._postgres),
        }

    async def strike(self) -> None:
        """Make one fault, and say which."""
        (name,) = self._chance.choices(list(self._faults), [weight for weight, _ in self._faults.values()])
        began = time.monotonic() - self._began
        made = await self._faults[name][1]()
        self.injected[name] += made.met
        print(f"{began:7.1f} s  {name}: {made.what}{'' if made.met else ' (if anybody meets it)'}", flush=True)

    async def workload(self, orders: int, pause: float) -> None:
        """Place so many orders, some on a keyword that is under way; cancel some of them later.

        Beside half of them a client asks questions of its own, which nothing else shares.
        """
        placed: list[Accepted] = []
        for _ in range(orders):
            joins = placed and self._custom.random() < JOINING_SHARE
            placed.append(await self._system.order(self._custom.choice(placed).keyword if joins else None))
            if self._custom.random() < DIAGNOSED_SHARE:
                await private_client.workload(self._system, self._custom)
            await asyncio.sleep(pause)
            if self._custom.random() < CANCELLED_SHARE:
                order = self._custom.choice(placed)
                await self._system.call("POST", f"/api/orders/{order.id}/cancel")

    async def torment(self, work: Awaitable[None], pause: float) -> None:
        """Make faults, `pause` seconds apart on average, until the work is done; then stop making them."""
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.wait([task], timeout=pause * 2 * self._chance.random())
            await self.strike()
        await task
        await self.calm()

    async def calm(self) -> None:
        """Take back what would go on to harm, count what was met, and wait until every process is ready again."""
        self._count_hits(list(self._armed))
        for armed in self._system.failpoints.iterdir():
            if not armed.name.endswith(".hit"):
                armed.unlink(missing_ok=True)
        unmet = await self._system.outside("GET", "/control")
        self.injected["site"] += self._ordered - len(unmet)
        self._ordered = 0
        await self._system.outside("DELETE", "/control")
        await self._system.broker.until_ready()
        supervisor = self._system.stack.supervisor
        for process in supervisor.processes():
            if process.started and process.state in {"FATAL", "EXITED"}:
                supervisor.start(f"services:{process.name}")  # killed too often while it started
        await self._system.until_ready()

    def _victim(self) -> str:
        return self._chance.choice(sorted(self._system.details.services))

    def _signal(self, name: str, number: signal.Signals) -> bool:
        with suppress(KeyError, ProcessLookupError):  # it is dead already
            self._system.signal(name, number)
            return True
        return False

    def _count_hits(self, points: Iterable[str]) -> None:
        for point in points:
            if self._system.hit(point):
                self.injected["failpoint"] += 1
                self._armed.discard(point)

    async def _kill(self) -> Made:
        name = self._victim()
        return Made(f"SIGKILL {name}", self._signal(name, signal.SIGKILL))

    async def _term(self) -> Made:
        name = self._victim()
        return Made(f"SIGTERM {name}", self._signal(name, signal.SIGTERM))

    async def _stop(self) -> Made:
        name, seconds = self._victim(), self._chance.uniform(1, 8)
        if stopped := self._signal(name, signal.SIGSTOP):
            await asyncio.sleep(seconds)
            self._signal(name, signal.SIGCONT)
        return Made(f"SIGSTOP {name} for {seconds:.1f} s", stopped)

    async def _failpoint(self) -> Made:
        point = f"{self._chance.choice(STAGES)}.{self._chance.choice(STAGE_POINTS)}"
        if point in self._armed:
            self._count_hits([point])
        self._system.arm(point)
        self._armed.add(point)
        return Made(f"kill at {point}", met=False)

    async def _browser(self) -> Made:
        service = self._chance.choice(["collector", "searcher"])
        killed = self._system.kill_browsers(service)
        return Made(f"SIGKILL {killed} processes of the {service}s' browsers", killed > 0)

    async def _site(self) -> Made:
        target, faults = self._chance.choice([(ENGINE, SITE_FAULTS), ("llm", MODEL_FAULTS), ("zhihu", SEARCH_FAULTS)])
        fault = self._chance.choice(faults)
        await self._system.outside("POST", "/control", json={"target": target, "fault": fault})
        self._ordered += 1
        return Made(f"{fault} at {target}", met=False)

    async def _redeliver(self) -> Made:
        share = self._chance.uniform(0.2, 1)
        with suppress(asyncpg.PostgresError, OSError):
            await self._system.rows(
                "UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL"
                " AND created_at > clock_timestamp() - interval '1 minute' AND (id * 7919) % 100 < $1",
                int(share * 100),
            )
        return Made(f"{share:.0%} of the events of the last minute once more")

    async def _backends(self) -> Made:
        number = self._chance.randint(1, 5)
        for _ in range(number):
            await self._system.postgres.terminate_some(self._chance)
        return Made(f"{number} connections to PostgreSQL ended")

    async def _connections(self) -> Made:
        await self._system.broker.close_connections()
        return Made("every connection to the broker closed")

    async def _broker(self) -> Made:
        async with self._system.broker.stopped():
            await asyncio.sleep(2)
        return Made("the broker stopped and started")

    async def _postgres(self) -> Made:
        await self._system.postgres.restart_immediately()
        return Made("PostgreSQL restarted in a crash")


async def ended(system: System) -> Counter[str]:
    """Wait until every accepted order has ended; how many ended how.

    What has not ended after all patience is lost, which is for the checker to say.
    """

    async def open_orders() -> bool:
        ids = [order.id for order in system.accepted]
        rows = await system.rows(
            "SELECT 1 FROM orders WHERE id = ANY($1::uuid[]) AND status IN ('queued', 'running')", ids
        )
        return not rows

    with suppress(TimeoutError):
        await until(open_orders)
    rows = await system.rows("SELECT status, count(*) AS number FROM orders GROUP BY status")
    return Counter({row["status"]: row["number"] for row in rows})
