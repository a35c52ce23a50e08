"""The scorer's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.llm import LlmSettings
from answerlens_common.settings import ServiceSettings


class ScoringSettings(BaseSettings):
    """When scoring a keyword's day on an engine fails."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SCORING_")

    fail_above: float = Field(
        default=0.1, ge=0, le=1, description="share of ok answers without a score above which the collection fails"
    )


class ScorerSettings(ServiceSettings):
    """What every service needs, and a language model."""

    llm: LlmSettings = Field(default_factory=LlmSettings)
    scoring: ScoringSettings = Field(default_factory=ScoringSettings)
