"""Wires the order API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from answerlens_common.aio.side_work import SideWork
from answerlens_common.events import OrderAnalysed, OrderCompared, OrderJudged, StageFailed
from answerlens_common.service import Service
from answerlens_common.text.matching.ordinary import is_ordinary_word
from answerlens_common.work.outbox import OutboxRelay
from answerlens_order_api import naming, problems
from answerlens_order_api.addressing import Addressing, Offered
from answerlens_order_api.auth import KeyGuard, signed_in
from answerlens_order_api.context import Context
from answerlens_order_api.filing import Filing
from answerlens_order_api.guard import BodyGuard
from answerlens_order_api.handlers import Handlers
from answerlens_order_api.headers import SaidToBrowsers
from answerlens_order_api.heavy import HeavyWork
from answerlens_order_api.limits import Limits
from answerlens_order_api.metrics import RequestMetrics
from answerlens_order_api.proxies import RealClient
from answerlens_order_api.queries import refuse_unknown_parameters
from answerlens_order_api.routes import (
    breakers,
    dead_letters,
    docs,
    engines,
    keywords,
    lineage,
    mentions,
    monitor,
    monitor_orders,
    notifications,
    orders,
    progress,
    refresh,
    reports,
    stats,
    users,
    withdrawals,
)
from answerlens_order_api.settings import OrderApiSettings
from answerlens_order_api.stopping import on_stop
from answerlens_order_api.versions import Reports
from answerlens_order_api.watchers import Watchers

DESCRIPTION = """Order measurements of how visible a brand is in the answers of AI chat products, watch them, read them.

Every request carries a key: `Authorization: Bearer al_…`. Every error is `application/problem+json` (RFC 9457).
Too many requests are answered with 429 and the seconds to wait in `Retry-After`.
Lists come in pages: pass a page's `next` as `cursor` to get the one after it."""


SUBJECTS = (
    orders,
    progress,
    reports,
    lineage,
    withdrawals,
    mentions,
    keywords,
    engines,
    notifications,
    users,
    refresh,
    stats,
    monitor,
    monitor_orders,
    breakers,
    dead_letters,
    docs,
)


class Api(FastAPI):
    """FastAPI, with problems in its description, and headers for browsers on every answer, that of a crash too."""

    def build_middleware_stack(self) -> ASGIApp:
        """The application from the outside."""
        return SaidToBrowsers(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            self.openapi_schema = problems.described(super().openapi())
        return self.openapi_schema


def build(settings: OrderApiSettings) -> tuple[Service, FastAPI]:
    """The order API: routes over the database, an outbox, and what the pipeline reports."""
    service = Service("order-api", settings)
    watchers = Watchers(service.db, settings)
    relay = OutboxRelay(service.db, service.delivery)
    service.background("outbox", relay.run)
    service.background("outbox-notifications", relay.notifications.run)
    service.background("progress-notifications", watchers.listen)
    service.background("progress", watchers.look)
    reports_of_days = Reports(sandbox=bool(settings.sandbox.url))
    service.background("filing", Filing(service.db, reports_of_days).run)
    handlers = Handlers(service.db, reports_of_days)
    service.consumer(OrderAnalysed, handlers.on_order_analysed, prefetch=10)
    service.consumer(OrderJudged, handlers.on_order_judged, prefetch=10)
    service.consumer(OrderCompared, handlers.on_order_compared, prefetch=1)
    service.consumer(StageFailed, handlers.on_stage_failed, prefetch=1)
    service.prepare(_load_words)
    side = SideWork(settings.side, naming.prepare)
    service.resource(side)
    limits = Limits(service.db, settings.limits)
    return service, _http(service, Context(service.db, settings, watchers, limits, HeavyWork(side, limits)))


async def _load_words() -> None:
    """Orders are shown with warnings of ordinary words: nobody is to wait for the dictionaries (2 s, 130 MB)."""
    await asyncio.to_thread(is_ordinary_word, "声朗")  # in no dictionary, so all are asked


def serve(settings: OrderApiSettings) -> None:
    """Serve until SIGTERM."""
    service, app = build(settings)
    service.run(app)


def _http(service: Service, context: Context) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            with on_stop(context.watchers.close):
                yield

    offered = Offered([*service.routes, *(route for module in SUBJECTS for route in module.router.routes)])
    app = Api(
        title="AnswerLens",
        version=version("answerlens-order-api"),
        description=DESCRIPTION,
        openapi_url=None,  # routes.docs has our own, and pages that load nothing from a CDN
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        routes=[*service.routes],
        lifespan=lifespan,
        middleware=[
            Middleware(RequestMetrics),
            Middleware(RealClient, proxies=context.settings.proxies.trusted_proxies),
            Middleware(Addressing, offered=offered),
            Middleware(KeyGuard, db=context.db, limits=context.limits),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            Middleware(
                BodyGuard,
                larger={mentions.PREVIEW: mentions.MAX_PREVIEW_BYTES},
                seconds=context.settings.http.body_seconds,
            ),
        ],
        responses=problems.EVERYWHERE,
    )
    app.state.context = context
    for module in SUBJECTS:
        # a key first: who has none is told so, whatever else is wrong
        asked = [] if module is docs else [Depends(signed_in)]
        app.include_router(module.router, dependencies=[*asked, Depends(refuse_unknown_parameters)])
    problems.install(app)
    return app
