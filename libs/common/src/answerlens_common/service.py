"""A service: its settings, its stages, its health, from start to stop.

`app.py` of a service builds one `Service`; `run` serves it. HTTP is up at once (/live, /ready, /metrics); the database,
the broker and what the service prepares follow in the background, and /ready says when they are there. On SIGTERM the
service stops consuming, finishes what is in hand within the grace period and leaves.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from answerlens_common.aio.tasks import cancel_and_wait
from answerlens_common.broker.delivery import Delivery, Handler
from answerlens_common.broker.topology import former_queues_of, queues_of
from answerlens_common.db import Database, DatabaseLostError
from answerlens_common.errors import TransientError, describe
from answerlens_common.events import Event
from answerlens_common.limits.breakers import Breakers
from answerlens_common.observing import metrics
from answerlens_common.observing.logs import configure_logs, get_logger
from answerlens_common.settings import ServiceSettings
from answerlens_common.slow_clients import impatient
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import E, Stage

HEARTBEAT_SECONDS = 5.0
RESTART_SECONDS = 2.0
CONSUMERS_CHECK_SECONDS = 3.0
# As long as the broker answers, a consumer is back within seconds of its queue: one that is not will not come.
CONSUMERS_PATIENCE_SECONDS = 60.0

Check = Callable[[], Awaitable[str | None]]


class Service:
    """What a service is made of. Declare everything before `run`.

    Attributes:
        db: the database.
        delivery: the broker.
    """

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.settings = settings
        self.db = Database(settings.postgres, name)
        self.delivery = Delivery(name, settings.rabbitmq, settings.work)
        self.started = False
        self._stack = AsyncExitStack()
        self._resources: list[AbstractAsyncContextManager[object]] = [self.db]
        self._preparations: list[Callable[[], Awaitable[None]]] = []
        self._background: dict[str, Callable[[], Awaitable[None]]] = {
            "heartbeat": _beat,
            "breakers": Breakers(self.db).watch,
            "consumers": self._keep_consuming,
        }
        self._checks: dict[str, Check] = {"database": self._check_database, "broker": self._check_broker}
        self._fatal: Callable[[], None] = lambda: None

    def stage(self, stage: Stage[E], *, engine: str | None = None) -> None:
        """Run a stage for the messages of its queues, both lanes."""
        runner = StageRunner(stage, self.db, self.delivery, self.settings.work)
        self._feed(runner, stage.event, stage.concurrency, engine)

    def consumer(self, event: type[Event], handler: Handler, *, prefetch: int) -> None:
        """Feed a plain handler from the queues of an event; the log says which messages it has dealt with."""

        async def heard(fact: Event, message_id: str, attempts: int) -> None:
            await handler(fact, message_id, attempts)
            get_logger().info("heard")

        self._feed(heard, event, prefetch, None)

    def _feed(self, handler: Handler, event: type[Event], prefetch: int, engine: str | None) -> None:
        """Feed a handler from the queues of an event, and from what the release before has left of them."""
        for queue in queues_of(event, engine, consumer=self.name):
            self.delivery.consume(queue, event, handler, prefetch)
        for queue in former_queues_of(event, engine, consumer=self.name):
            self.delivery.consume_if_there(queue, event, handler, prefetch)

    def resource(self, resource: AbstractAsyncContextManager[object]) -> None:
        """Enter this before consuming, leave it after."""
        self._resources.append(resource)

    async def enter(self, resource: AbstractAsyncContextManager[object]) -> None:
        """The same, for a resource that only a preparation knows."""
        await self._stack.enter_async_context(resource)

    def prepare(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do this once the resources are there and before consuming begins."""
        self._preparations.append(step)

    def background(self, name: str, task: Callable[[], Awaitable[None]]) -> None:
        """Keep this running; one that ends with an error is logged and started again."""
        self._background[name] = task

    def check(self, name: str, check: Check) -> None:
        """Be ready only while `check` returns None; what it returns is the reason."""
        self._checks[name] = check

    async def unready(self) -> dict[str, str]:
        """Why the service is not ready, by check; empty when it is."""
        if not self.started:
            return {"start": "not started yet"}
        reasons = {}
        for name, check in self._checks.items():
            try:
                reason = await asyncio.wait_for(check(), 10)
            except (TransientError, TimeoutError) as error:
                reason = describe(error)
            if reason is not None:
                reasons[name] = reason
        return reasons

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start in the background, stop in order."""
        async with self._stack as stack:
            start = asyncio.create_task(self._start(stack))
            try:
                yield
            finally:
                start.cancel()
                with suppress(asyncio.CancelledError):
                    await start
                self.started = False

    async def _start(self, stack: AsyncExitStack) -> None:
        try:
            for resource in self._resources:
                await stack.enter_async_context(resource)
            for prepare in self._preparations:
                await _until_reached(prepare)
            for name, task in self._background.items():
                running = asyncio.create_task(_kept_running(name, task))
                stack.push_async_callback(cancel_and_wait, running)
            stack.push_async_callback(self.delivery.stop)
            await _until_reached(self.delivery.start)
            self.started = True
            get_logger().info("started")
        except Exception:  # noqa: BLE001 - whatever it was, the process ends and its supervisor starts it again
            get_logger().exception("could not start")
            self._fatal()

    async def _check_database(self) -> str | None:
        try:
            await self.db.value("SELECT 1")
        except DatabaseLostError as error:
            return f"{describe(error)}; its breaker is {self.db.breaker.state}"
        return None

    async def _check_broker(self) -> str | None:
        missing = await self.delivery.missing_consumers()
        return f"no consumer on {', '.join(missing)}" if missing else None

    async def _keep_consuming(self) -> None:
        """Bring deleted queues back; end the process when a consumer stays away although the broker answers."""
        since = time.monotonic()
        while True:
            await asyncio.sleep(CONSUMERS_CHECK_SECONDS)
            try:
                missing = await self.delivery.missing_consumers() if self.started else []
            except TransientError:
                missing = []
            if not missing:
                since = time.monotonic()
            elif time.monotonic() - since > CONSUMERS_PATIENCE_SECONDS:
                get_logger().error("consumers do not come back", queues=missing)
                self._fatal()

    async def live(self, _: Request) -> Response:
        """The process turns."""
        return JSONResponse({"status": "live", "service": self.name})

    async def ready(self, _: Request) -> Response:
        """200 when every consumer is on its queue and every check passes, else 503 with the reasons."""
        reasons = await self.unready()
        status = "not ready" if reasons else "ready"
        return JSONResponse(
            {"status": status, "service": self.name, "reasons": reasons}, status_code=503 if reasons else 200
        )

    @property
    def routes(self) -> list[Route]:
        """The health routes, for a service with an API of its own."""
        return [
            Route("/live", self.live),
            Route("/ready", self.ready),
            Route("/metrics", lambda _: Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)),
        ]

    def app(self) -> Starlette:
        """The service as an ASGI application."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with self.running():
                yield

        return Starlette(routes=self.routes, lifespan=lifespan)

    def run(self, app: ASGIApp | None = None) -> None:
        """Serve until SIGTERM; exits with 1 when the service could not start."""
        configure_logs(self.settings.logs, self.name)
        http = self.settings.http
        server = uvicorn.Server(
            uvicorn.Config(
                app or self.app(),
                host=http.host,
                port=http.port,
                http=impatient(http),
                log_config=None,
                access_log=False,
                proxy_headers=False,  # whom to believe is the order API's to say (`answerlens_order_api.rest.proxies`)
                timeout_graceful_shutdown=int(self.settings.work.grace_seconds),
            )
        )
        failed = []

        def give_up() -> None:
            failed.append(True)
            server.should_exit = True

        self._fatal = give_up
        server.run()
        if failed:
            raise SystemExit(1)


async def _until_reached(step: Callable[[], Awaitable[None]]) -> None:
    """Repeat a step of the start while what it needs is out of reach."""
    while True:
        try:
            return await step()
        except (TransientError, OSError) as error:
            get_logger().warning("waiting to start", error=describe(error))
            await asyncio.sleep(RESTART_SECONDS)


async def _kept_running(name: str, task: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await task()
        except Exception:  # noqa: BLE001 - it must run on, whatever happened
            get_logger().exception("background task failed", task=name)
        await asyncio.sleep(RESTART_SECONDS)


async def _beat() -> None:
    while True:
        metrics.heartbeat.set(time.time())
        await asyncio.sleep(HEARTBEAT_SECONDS)
