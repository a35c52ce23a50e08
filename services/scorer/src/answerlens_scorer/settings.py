"""The scorer's settings."""

from pydantic import Field

from answerlens_common.llm import LlmSettings
from answerlens_common.settings import ServiceSettings


class ScorerSettings(ServiceSettings):
    """What every service needs, and a language model."""

    llm: LlmSettings = Field(default_factory=LlmSettings)
