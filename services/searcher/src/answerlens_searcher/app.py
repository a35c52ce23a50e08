"""Wires the searcher."""

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.events import KeywordRequested
from answerlens_common.limits.breakers import LLM_API, PLAYWRIGHT, ZHIHU_API, ZHIHU_SEARCH, Breakers
from answerlens_common.llm import LanguageModel, LlmSettings
from answerlens_common.service import Service
from answerlens_common.stage_names import StageName
from answerlens_common.work.stages import Stage
from answerlens_searcher.chain import Chain, Link
from answerlens_searcher.handlers import Handlers
from answerlens_searcher.listed import ListSource
from answerlens_searcher.proposing import ModelSource
from answerlens_searcher.settings import SearcherSettings, SourceName
from answerlens_searcher.zhihu_api import ZhihuApi
from answerlens_searcher.zhihu_page import ZhihuPage

# What the first source asks outside: while it is in trouble, no search begins.
_BREAKERS: dict[SourceName, tuple[str, ...]] = {
    "page": (ZHIHU_SEARCH, PLAYWRIGHT),
    "api": (ZHIHU_API,),
    "list": (),
    "model": (LLM_API,),
}


def build(settings: SearcherSettings) -> Service:
    """The searcher: one stage, over the sources of questions that the settings name."""
    service = Service("searcher", settings)
    breakers = Breakers(service.db)
    links = [_link(name, settings, service, breakers) for name in settings.sources]
    for link in links:
        service.resource(link.source)
    chain = Chain(links, breakers, settings.enough_questions)
    handlers = Handlers(service.db, chain, settings.freshness, len(settings.work.retry_delays))
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
            breakers=_BREAKERS[settings.sources[0]],
            limits_external_calls=True,
        )
    )
    return service


def _link(name: SourceName, settings: SearcherSettings, service: Service, breakers: Breakers) -> Link:
    match name:
        case "page":
            page = ZhihuPage(settings.zhihu, settings.browser, breakers)
            return Link(QuestionOrigin.ZHIHU_PAGE, page, ZHIHU_SEARCH)
        case "api":
            return Link(QuestionOrigin.ZHIHU_API, ZhihuApi(settings.zhihu_api), ZHIHU_API)
        case "list":
            return Link(QuestionOrigin.LIST, ListSource(service.db))
        case "model":
            llm = LanguageModel(LlmSettings(), service.db)
            service.background("llm-budget", llm.watch)
            return Link(QuestionOrigin.MODEL, ModelSource(llm))
