"""Wires the searcher."""

from answerlens_common.events import KeywordRequested
from answerlens_common.limits.breakers import PLAYWRIGHT, ZHIHU_SEARCH, Breakers
from answerlens_common.service import Service
from answerlens_common.stage_names import StageName
from answerlens_common.work.stages import Stage
from answerlens_searcher.handlers import Handlers
from answerlens_searcher.settings import SearcherSettings
from answerlens_searcher.zhihu_api import ZhihuApi
from answerlens_searcher.zhihu_page import ZhihuPage


def build(settings: SearcherSettings) -> Service:
    """The searcher: one stage, over Zhihu's page or its official API."""
    service = Service("searcher", settings)
    breakers = Breakers(service.db)
    by_api = settings.source == "api"
    source = ZhihuApi(settings.zhihu_api) if by_api else ZhihuPage(settings.zhihu, settings.browser, breakers)
    service.resource(source)
    handlers = Handlers(service.db, source, settings.freshness, breakers)
    service.stage(
        Stage(
            name=StageName.SEARCH,
            event=KeywordRequested,
            cached=handlers.cached,
            work=handlers.on_keyword_requested,
            failed=handlers.failed,
            timeout=600,
            concurrency=2,
            one_date_at_a_time=True,
            breakers=(ZHIHU_SEARCH,) if by_api else (ZHIHU_SEARCH, PLAYWRIGHT),
            limits_external_calls=True,
        )
    )
    return service
