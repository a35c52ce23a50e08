"""`KeywordSearched` in, `KeywordBankBuilt` out."""

from dataclasses import dataclass

from answerlens_bank_builder import store
from answerlens_bank_builder.bank import BankCluster
from answerlens_bank_builder.build import build_bank
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.settings import BankBuilderSettings
from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordBankBuilt, KeywordSearched
from answerlens_common.llm import LanguageModel
from answerlens_common.work.claims import Lease
from answerlens_orders.measurements.entry import is_awaited, older_bank


@dataclass(frozen=True)
class Handlers:
    """The bank stage, with what it needs."""

    db: Database
    grouper: Grouper
    llm: LanguageModel
    settings: BankBuilderSettings

    async def cached(self, event: KeywordSearched) -> list[Event] | None:
        """A complete bank is used again.

        Nothing is done for one that no measurement waits for, until one does, nor for a message that comes before its
        search: the end of the search publishes it again.
        """
        if await store.is_ready(self.db, event):
            return [KeywordBankBuilt.following(event)]
        return None if await store.is_searched(self.db, event) and await is_awaited(self.db, event) else []

    async def on_keyword_searched(self, event: KeywordSearched, lease: Lease) -> list[Event]:
        """Build the bank; each cluster is stored as it comes, so that clients see progress, and is not read again."""

        async def keep(cluster: BankCluster) -> None:
            await store.store_cluster(lease, event, cluster, sources)

        size = self.settings.bank
        sources = await store.source_questions(self.db, event)
        await store.open_bank(
            lease,
            event,
            sources=sources,
            embedding=self.settings.embedding.model,
            llm=self.settings.llm.model,
        )
        bank = await build_bank(
            event.keyword,
            list(sources),
            grouper=self.grouper,
            llm=self.llm,
            clusters=size.clusters,
            per_cluster=size.questions_per_cluster,
            panel=await store.panel(self.db, event, self.settings.panel.anchor_share),
            on_cluster=keep,
        )
        await store.close_bank(lease, event, bank)
        return [KeywordBankBuilt.following(event)]

    async def failed(self, event: KeywordSearched, lease: Lease, _error: str) -> list[Event] | None:
        """When no bank can be built, an older one will do."""
        return await older_bank(lease, event)
