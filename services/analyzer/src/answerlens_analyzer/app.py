"""Wires the analyzer."""

from answerlens_analyzer.handlers import Handlers
from answerlens_analyzer.settings import AnalyzerSettings
from answerlens_common.events import KeywordScored
from answerlens_common.service import Service
from answerlens_common.stages import Stage


def build(settings: AnalyzerSettings) -> Service:
    """The analyzer: one stage."""
    service = Service("analyzer", settings)
    handlers = Handlers(service.db, settings.analysis.degraded_below)
    service.stage(
        Stage(
            name="analyse",
            event=KeywordScored,
            cached=handlers.cached,
            work=handlers.on_keyword_scored,
            timeout=1800,
            concurrency=2,
        )
    )
    return service
