"""The analyzer's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.llm import LlmSettings
from answerlens_common.settings import ServiceSettings


class AnalysisSettings(BaseSettings):
    """When a day is shown as degraded."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_ANALYSIS_")

    degraded_below: float = Field(default=0.8, ge=0, le=1, description="share of ok answers")


class AnalyzerSettings(ServiceSettings):
    """What every service needs, a language model, and when to doubt a day."""

    llm: LlmSettings = Field(default_factory=LlmSettings)
    analysis: AnalysisSettings = Field(default_factory=AnalysisSettings)
