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
from answerlens_common.events import OrderAnalysed, OrderCompared, OrderJudged, StageFailed, SubjectAnalysed
from answerlens_common.service import Service
from answerlens_common.text.matching.ordinary import is_ordinary_word
from answerlens_common.work.outbox import OutboxRelay
from answerlens_order_api.handlers import Handlers
from answerlens_order_api.operations import breakers, order_progress, refresh, stats, tasks
from answerlens_order_api.operations.dead_letters import routes as dead_letters
from answerlens_order_api.rest import docs, problems
from answerlens_order_api.rest.addressing import Addressing, Offered
from answerlens_order_api.rest.auth import KeyGuard, signed_in
from answerlens_order_api.rest.body_limit import BodyGuard, FileBody
from answerlens_order_api.rest.context import Context
from answerlens_order_api.rest.headers import SaidToBrowsers
from answerlens_order_api.rest.metrics import RequestMetrics
from answerlens_order_api.rest.proxies import RealClient
from answerlens_order_api.rest.queries import refuse_unknown_parameters
from answerlens_order_api.rest.shutdown import on_stop
from answerlens_order_api.routes import (
    answers,
    engines,
    estimates,
    keywords,
    lineage,
    mentions,
    notifications,
    orders,
    progress,
    question_lists,
    reports,
    users,
    withdrawals,
)
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.accounts.limits import Limits
from answerlens_orders.brands import naming
from answerlens_orders.imports.formats import MEDIA_TYPES
from answerlens_orders.orders.watch import Watchers
from answerlens_orders.reports.filing import Filing
from answerlens_orders.reports.read import reports_of

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
    question_lists,
    engines,
    notifications,
    users,
    refresh,
    stats,
    tasks,
    order_progress,
    breakers,
    dead_letters,
    answers,
    docs,
    estimates,
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
    watchers = Watchers(service.db, settings, settings.limits)
    relay = OutboxRelay(service.db, service.delivery)
    service.background("outbox", relay.run)
    service.background("outbox-notifications", relay.notifications.run)
    service.background("progress-notifications", watchers.listen)
    service.background("progress", watchers.look)
    reports_of_days = reports_of(settings)
    service.background("filing", Filing(service.db, reports_of_days).run)
    handlers = Handlers(service.db, reports_of_days)
    service.consumer(OrderAnalysed, handlers.on_order_analysed, prefetch=10)
    service.consumer(SubjectAnalysed, handlers.on_subject_analysed, prefetch=10)
    service.consumer(OrderJudged, handlers.on_order_judged, prefetch=10)
    service.consumer(OrderCompared, handlers.on_order_compared, prefetch=1)
    service.consumer(StageFailed, handlers.on_stage_failed, prefetch=1)
    service.prepare(_load_words)
    side = SideWork(settings.side, naming.prepare)
    service.resource(side)
    limits = Limits(service.db, settings.limits)
    return service, _http(service, Context(service.db, settings, watchers, limits, HeavyWork(side, limits)))


async def _load_words() -> None:
    """Orders are shown with warnings of ordinary words: no request is to wait for the dictionaries (2 s, 130 MB)."""
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
        openapi_url=None,  # rest.docs has our own, and pages that load nothing from a CDN
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
                files={
                    answers.IMPORT: FileBody(
                        tuple(MEDIA_TYPES), context.settings.imports.max_bytes, context.settings.imports.send_seconds
                    )
                },
            ),
        ],
        responses=problems.EVERYWHERE,
    )
    app.state.context = context
    for module in SUBJECTS:
        # a key first: a request without one is told so, whatever else is wrong
        asked = [] if module is docs else [Depends(signed_in)]
        app.include_router(module.router, dependencies=[*asked, Depends(refuse_unknown_parameters)])
    problems.install(app)
    return app
