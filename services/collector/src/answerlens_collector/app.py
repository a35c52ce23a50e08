"""Wires the collector."""

from answerlens_collection.messages import locating, question_of
from answerlens_collector import store
from answerlens_collector.engines import KINDS, Engine, open_engine
from answerlens_collector.handlers import AskHandlers, PlanHandlers
from answerlens_collector.importing import ImportHandlers, check_stage, cut_stage
from answerlens_collector.overdue import watch_collections
from answerlens_collector.settings import CollectorSettings
from answerlens_common.contracts.engines import EngineFile
from answerlens_common.events import KeywordBankBuilt, QuestionQueued
from answerlens_common.limits.breakers import Breakers
from answerlens_common.service import Service
from answerlens_common.stage_names import StageName
from answerlens_common.work.stages import Stage

# Longer than any profile waits for an answer, with the wait for a place.
ASK_TIMEOUT = 1800.0


def build(settings: CollectorSettings) -> Service:
    """The collector: a plan for every keyword, an ask stage for every engine of table `engine`, files of answers."""
    service = Service("collector", settings)
    engines: dict[str, Engine] = {}
    breakers = Breakers(service.db)

    async def prepare() -> None:
        for name, profile in (await store.enabled_engines(service.db, [*KINDS])).items():
            engine = open_engine(EngineFile.model_validate(profile), settings.browser, breakers)
            await service.enter(engine)
            engines[name] = engine
            handlers = AskHandlers(
                service.db, engine, settings.collection.fail_below, breakers, service.delivery.stopping
            )
            service.stage(ask_stage(handlers), engine=name)

    async def overdue() -> None:
        await watch_collections(service.db, engines, settings.collection)

    service.prepare(prepare)
    service.background("overdue-collections", overdue)
    plan = PlanHandlers(service.db, engines)
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
