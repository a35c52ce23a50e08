"""The bank builder's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_bank_builder.embedding import EmbeddingSettings
from answerlens_common.llm import LlmSettings
from answerlens_common.settings import BankSettings, ServiceSettings


class PanelSettings(BaseSettings):
    """What a new bank keeps of the one before."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    anchor_share: float = Field(default=0.75, ge=0, le=1, description="of each cluster's questions")


class BankBuilderSettings(ServiceSettings):
    """What every service needs, an embedding model and a language model."""

    bank: BankSettings = Field(default_factory=BankSettings)
    panel: PanelSettings = Field(default_factory=PanelSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)
