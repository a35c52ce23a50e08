"""Wires the scorer."""

from answerlens_collection.messages import locating
from answerlens_common.events import CollectionAnswered
from answerlens_common.limits.breakers import LLM_API
from answerlens_common.llm import LanguageModel
from answerlens_common.service import Service
from answerlens_common.stage_names import StageName
from answerlens_common.work.stages import Stage
from answerlens_scorer.handlers import Handlers
from answerlens_scorer.settings import ScorerSettings


def build(settings: ScorerSettings) -> Service:
    """The scorer: one stage, over a language model."""
    service = Service("scorer", settings)
    llm = LanguageModel(settings.llm, service.db)
    service.resource(llm)
    service.background("llm-budget", llm.watch)
    handlers = Handlers(service.db, llm, settings.scoring.fail_above, settings.llm.model)
    service.stage(
        Stage(
            name=StageName.SCORE,
            event=CollectionAnswered,
            locate=locating(service.db),
            cached=handlers.cached,
            work=handlers.on_collection_answered,
            timeout=600,
            concurrency=2,
            breakers=(LLM_API,),
        )
    )
    return service
