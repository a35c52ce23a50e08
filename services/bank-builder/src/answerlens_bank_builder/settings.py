"""The bank builder's settings."""

from pydantic import Field

from answerlens_bank_builder.embedding import EmbeddingSettings
from answerlens_common.llm import LlmSettings
from answerlens_common.settings import BankSettings, ServiceSettings


class BankBuilderSettings(ServiceSettings):
    """What every service needs, an embedding model and a language model."""

    bank: BankSettings = Field(default_factory=BankSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)
