"""Wires the analyzer."""

from answerlens_analyzer.comparing import Comparing
from answerlens_analyzer.handlers import Handlers
from answerlens_analyzer.sentiment.handlers import SentimentHandlers
from answerlens_analyzer.settings import AnalyzerSettings
from answerlens_collection.messages import locating
from answerlens_common.events import CollectionAnalysed, CollectionScored, MeasurementWithdrawn
from answerlens_common.limits.breakers import LLM_API
from answerlens_common.llm import LanguageModel
from answerlens_common.service import Service
from answerlens_common.stage_names import StageName
from answerlens_common.work.stages import Stage


def build(settings: AnalyzerSettings) -> Service:
    """The analyzer: the rates, and after them the sentiment, over a language model."""
    service = Service("analyzer", settings)
    llm = LanguageModel(settings.llm, service.db)
    service.resource(llm)
    service.background("llm-budget", llm.watch)
    handlers = Handlers(service.db, settings.analysis.degraded_below)
    service.stage(
        Stage(
            name=StageName.ANALYSE,
            event=CollectionScored,
            locate=locating(service.db),
            cached=handlers.cached,
            work=handlers.on_collection_scored,
            timeout=1800,
            concurrency=2,
        )
    )
    sentiment = SentimentHandlers(service.db, llm, settings.llm.model)
    service.stage(
        Stage(
            name=StageName.SENTIMENT,
            event=CollectionAnalysed,
            locate=locating(service.db),
            cached=sentiment.cached,
            work=sentiment.on_collection_analysed,
            timeout=1800,
            concurrency=2,
            breakers=(LLM_API,),
        )
    )
    service.consumer(MeasurementWithdrawn, Comparing(service.db).on_measurement_withdrawn, prefetch=1)
    return service
