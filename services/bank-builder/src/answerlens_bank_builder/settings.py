"""The bank builder's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_bank_builder.embedding import EmbeddingSettings
from answerlens_bank_builder.intents import INTENTS
from answerlens_common.llm import LlmSettings
from answerlens_common.settings import FreshnessSettings, ServiceSettings


class BankSettings(BaseSettings):
    """How big a bank is."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    clusters: int = Field(default=8, ge=1, le=len(INTENTS), description="each grows from a generic intent")
    questions_per_cluster: int = Field(default=25, ge=1, le=100)


class BankBuilderSettings(ServiceSettings):
    """What every service needs, an embedding model and a language model."""

    bank: BankSettings = Field(default_factory=BankSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
