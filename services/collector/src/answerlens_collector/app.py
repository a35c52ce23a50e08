"""Wires the collector."""

from collections.abc import Awaitable, Callable, Iterable

from answerlens_collection.messages import locating, question_of
from answerlens_collector import store
from answerlens_collector.engines import KINDS, Engine, open_engine
from answerlens_collector.handlers import AskHandlers, PlanHandlers
from answerlens_collector.importing import ImportHandlers, check_stage, cut_stage
from answerlens_collector.overdue import watch_collections
from answerlens_collector.settings import CollectorSettings
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.contracts.engines import EngineFileError
from answerlens_common.events import KeywordBankBuilt, QuestionQueued
from answerlens_common.limits.breakers import Breakers
from answerlens_common.observing.logs import get_logger
from answerlens_common.service import Service
from answerlens_common.stage_names import StageName
from answerlens_common.work.stages import Stage

# Longer than any profile waits for an answer, with the wait for a place.
ASK_TIMEOUT = 1800.0


def build(settings: CollectorSettings) -> Service:
    """The collector: a plan for every keyword, an ask stage for every engine of table `engine`, files of answers."""
    service = Service("collector", settings)
    engines: dict[str, Engine] = {}
    refused: dict[str, str] = {}
    breakers = Breakers(service.db)

    async def prepare() -> None:
        found = await store.enabled_engines(service.db, [*KINDS])
        refused.update(await open_engines(found, settings.browser, breakers, engines, service.enter))
        for name, engine in engines.items():
            handlers = AskHandlers(
                service.db, engine, settings.collection.fail_below, breakers, service.delivery.stopping
            )
            service.stage(ask_stage(handlers), engine=name)

    async def overdue() -> None:
        await watch_collections(service.db, engines, settings.collection)

    service.prepare(prepare)
    service.background("overdue-collections", overdue)
    plan = PlanHandlers(service.db, engines, refused)
    service.stage(
        Stage(
            name=StageName.PLAN,
            event=KeywordBankBuilt,
            cached=plan.cached,
            work=plan.on_keyword_bank_built,
            failed=plan.failed,
            timeout=300,
            concurrency=2,
        )
    )
    imports = ImportHandlers(service.db, settings.imports, settings.collection.fail_below, settings.calendar.zone)
    service.stage(cut_stage(imports))
    service.stage(check_stage(imports))
    return service


async def open_engines(
    found: Iterable[store.StoredEngine],
    browser: BrowserSettings,
    breakers: Breakers,
    engines: dict[str, Engine],
    enter: Callable[[Engine], Awaitable[None]],
) -> dict[str, str]:
    """Put into `engines` those whose files can be used, each entered; why the others cannot, by name."""
    refused = {}
    for stored in found:
        try:
            engine = open_engine(stored.file(), browser, breakers)
            await enter(engine)
        except EngineFileError as error:
            refused[stored.name] = str(error)
            get_logger().error("engine disabled", engine=stored.name, error=str(error))
        else:
            engines[stored.name] = engine
    return refused


def ask_stage(handlers: AskHandlers) -> Stage[QuestionQueued]:
    """The ask stage of one engine."""
    return Stage(
        name=StageName.ASK,
        event=QuestionQueued,
        cached=handlers.cached,
        work=handlers.on_question_queued,
        failed=handlers.failed,
        item=lambda event: question_of(event).item,
        locate=locating(handlers.db),
        timeout=ASK_TIMEOUT,
        # both lanes may fill its places; the next free one goes to an express question first
        concurrency=2 * handlers.engine.places,
        breakers=handlers.engine.breakers,
        limits_external_calls=True,
    )
