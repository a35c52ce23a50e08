"""Modules that have moved since `cases.BEFORE`, so that today's tests find them in the code of then.

`before` lays this out as `sitecustomize`, so it holds for each Python process that runs there. A name of today gives
the module of then itself: what a test replaces in it is replaced for the code, too.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from types import CodeType, ModuleType
from typing import Final

MOVED: Final = {
    "answerlens_common.jobs.asyncapi": "answerlens_common.asyncapi",
    "answerlens_common.jobs.topology": "answerlens_common.topology.__main__",
    "answerlens_common.broker.declare": "answerlens_common.topology.declare",
    "answerlens_scheduler.depth": "answerlens_common.topology.waiting",
    "answerlens_common.broker.topology": "answerlens_common.topology",
    "answerlens_common.broker.consumers": "answerlens_common.consumers",
    "answerlens_common.broker.messages": "answerlens_common.messages",
    "answerlens_common.broker.delivery": "answerlens_common.delivery",
    "answerlens_common.db.migrations": "answerlens_common.migrations",
    "answerlens_common.limits.breakers": "answerlens_common.breakers",
    "answerlens_common.limits.rate_limit": "answerlens_common.rate_limit",
    "answerlens_common.browser.chromium": "answerlens_common.browser",
    "answerlens_common.browser.egress": "answerlens_common.egress",
    "answerlens_common.browser.processes": "answerlens_common.process_group",
    "answerlens_common.browser.errors": "answerlens_common.page_errors",
    "answerlens_common.work.claims": "answerlens_common.claims",
    "answerlens_common.work.leases": "answerlens_common.leases",
    "answerlens_common.work.settling": "answerlens_common.settling",
    "answerlens_common.work.stages": "answerlens_common.stages",
    "answerlens_common.work.outbox": "answerlens_common.outbox",
    "answerlens_common.work.errors": "answerlens_common.stage_errors",
    "answerlens_common.aio.tasks": "answerlens_common.ending",
    "answerlens_common.aio.shutdown": "answerlens_common.stopping",
    "answerlens_common.aio.side_process": "answerlens_common.side_process",
    "answerlens_common.aio.side_work": "answerlens_common.side_work",
    "answerlens_common.contracts.engines": "answerlens_common.engines",
    "answerlens_common.contracts.no_rate": "answerlens_common.no_rate",
    "answerlens_common.observing.logs": "answerlens_common.logs",
    "answerlens_common.observing.metrics": "answerlens_common.metrics",
    "answerlens_common.observing.failpoints": "answerlens_common.failpoints",
    "answerlens_common.text.folding": "answerlens_common.folding",
    "answerlens_common.text.links": "answerlens_common.links",
    "answerlens_common.text.matching": "answerlens_common.matching",
    "answerlens_common.text.branding": "answerlens_common.branding",
    "answerlens_common.llm.labelling": "answerlens_common.labelling",
    "answerlens_common.llm.suspicion": "answerlens_common.suspicion",
    "answerlens_order_api.operations.dead_letters.routes": "answerlens_order_api.routes.dead_letters",
    "answerlens_order_api.operations.dead_letters": "answerlens_common.dead_letters",
    "answerlens_collection.answers.answer": "answerlens_collector.answer",
    "answerlens_orders.measurements.entry": "answerlens_common.pipeline",
    "answerlens_orders.measurements.tracking": "answerlens_common.tracking",
    "answerlens_order_api.rest.problems": "answerlens_order_api.problems",
    "answerlens_order_api.rest.body_limit": "answerlens_order_api.guard",
    "answerlens_order_api.rest.metrics": "answerlens_order_api.metrics",
    "answerlens_order_api.rest.docs": "answerlens_order_api.routes.docs",
    "answerlens_order_api.rest.shutdown": "answerlens_order_api.stopping",
    "answerlens_order_api.rest.auth": "answerlens_order_api.auth",
    "answerlens_order_api.rest.context": "answerlens_order_api.context",
    "answerlens_order_api.operations.breakers": "answerlens_order_api.routes.breakers",
    "answerlens_order_api.operations.refresh": "answerlens_order_api.routes.refresh",
    "answerlens_order_api.operations.tasks": "answerlens_order_api.routes.monitor",
    "answerlens_order_api.operations.store": "answerlens_order_api.cache.monitor",
    "answerlens_orders.fields": "answerlens_order_api.text",
    "answerlens_orders.paging": "answerlens_order_api.paging",
    "answerlens_orders.accounts.keys": "answerlens_order_api.keys",
    "answerlens_orders.accounts.limits": "answerlens_order_api.limits",
    "answerlens_orders.accounts.store": "answerlens_order_api.cache.users",
    "answerlens_orders.orders.form": "answerlens_order_api.order_form",
    "answerlens_orders.orders.place": "answerlens_order_api.ordering",
    "answerlens_orders.orders.insert": "answerlens_order_api.cache.placing",
    "answerlens_orders.orders.store": "answerlens_order_api.cache.orders",
    "answerlens_orders.orders.engines": "answerlens_order_api.cache.engines",
    "answerlens_orders.orders.views": "answerlens_order_api.views",
    "answerlens_orders.orders.watch": "answerlens_order_api.watchers",
    "answerlens_orders.measurements.facts": "answerlens_order_api.cache.facts",
    "answerlens_orders.measurements.progress": "answerlens_order_api.progress",
    "answerlens_orders.lifecycle": "answerlens_order_api.cache.endings",
    "answerlens_orders.measurements.reopen": "answerlens_order_api.cache.reopening",
    "answerlens_orders.measurements.retry": "answerlens_order_api.cache.retrying",
    "answerlens_orders.reports.report": "answerlens_order_api.report",
    "answerlens_orders.reports.day": "answerlens_order_api.cache.rates",
    "answerlens_orders.evidence.evidence": "answerlens_order_api.evidence",
    "answerlens_orders.evidence.parts": "answerlens_order_api.parts",
    "answerlens_orders.evidence.store": "answerlens_order_api.cache.evidence",
    "answerlens_orders.evidence.reanalyse": "answerlens_order_api.reanalysing",
    "answerlens_orders.evidence.reanalysis_store": "answerlens_order_api.cache.reanalysis",
    "answerlens_orders.keywords.questions": "answerlens_order_api.questions",
    "answerlens_orders.keywords.sources": "answerlens_order_api.sources",
    "answerlens_orders.keywords.questions_store": "answerlens_order_api.cache.questions",
    "answerlens_orders.keywords.sources_store": "answerlens_order_api.cache.sources",
    "answerlens_orders.notices.store": "answerlens_order_api.cache.notifications",
    "answerlens_orders.brands.form": "answerlens_order_api.order_form",
    "answerlens_orders.brands.contradictions": "answerlens_order_api.order_form",
    "answerlens_orders.settings": "answerlens_order_api.settings",
}
"""By today's name the name of then."""

_FOLDERS: Final = {name[:end] for name in MOVED for end, letter in enumerate(name) if letter == "."}


class _Alias(Loader):
    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, _: ModuleSpec) -> ModuleType:
        return importlib.import_module(self._name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: the module of then has run."""

    def get_code(self, _: str) -> CodeType | None:
        """What `python -m` runs."""
        spec = find_spec(self._name)
        return spec.loader.get_code(self._name) if spec and isinstance(spec.loader, InspectLoader) else None


class Finder(MetaPathFinder):
    """Answers for what has moved, and for the folders it moved into."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, _: ModuleType | None = None) -> ModuleSpec | None:
        """The place of a module, or None when it is where it was."""
        if name_then := _name_then(fullname):
            then = find_spec(name_then)
            if then is None:
                return None
            # for `python -m`: a package runs its __main__, which may look for files beside it
            is_package = then.submodule_search_locations is not None
            return ModuleSpec(fullname, _Alias(name_then), origin=then.origin, is_package=is_package)
        if fullname not in _FOLDERS:
            return None
        found = PathFinder.find_spec(fullname, path)
        if found is None:
            found = ModuleSpec(fullname, None, is_package=True)
        elif found.submodule_search_locations is None:
            # a module then, a folder today
            found.submodule_search_locations = []
        return found


def _name_then(fullname: str) -> str | None:
    """The name of then of what has moved, by itself or with its folder."""
    for today, then in MOVED.items():
        if fullname == today or fullname.startswith(f"{today}."):
            return then + fullname[len(today) :]
    return None


def install() -> None:
    """Let this process find what has moved."""
    sys.meta_path.insert(0, Finder())
