"""Wires the bank builder."""

from answerlens_bank_builder.embedding import EmbeddingModel
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.handlers import Handlers
from answerlens_bank_builder.settings import BankBuilderSettings
from answerlens_common.events import KeywordSearched
from answerlens_common.limits.breakers import LLM_API
from answerlens_common.llm import LanguageModel
from answerlens_common.service import Service
from answerlens_common.stage_names import StageName
from answerlens_common.work.stages import Stage


def build(settings: BankBuilderSettings) -> Service:
    """The bank builder: one stage, over an embedding model and a language model."""
    service = Service("bank-builder", settings)
    model = EmbeddingModel(settings.embedding)
    llm = LanguageModel(settings.llm, service.db)
    service.resource(llm)
    service.background("llm-budget", llm.watch)

    async def load() -> None:
        model.start()

    async def loaded() -> str | None:
        return model.unready

    service.prepare(load)
    service.check("embedding", loaded)
    handlers = Handlers(service.db, Grouper(model), llm, settings)
    service.stage(
        Stage(
            name=StageName.BANK,
            event=KeywordSearched,
            cached=handlers.cached,
            work=handlers.on_keyword_searched,
            failed=handlers.failed,
            timeout=1200,
            concurrency=3,
            one_date_at_a_time=True,
            breakers=(LLM_API,),
        )
    )
    return service
