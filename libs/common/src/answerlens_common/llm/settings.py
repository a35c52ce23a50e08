"""Which language model does our own work."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class LlmSettings(BaseSettings):
    """Which OpenAI-compatible endpoint does our own work."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LLM_")

    base_url: str
    api_key: SecretStr
    model: str
    timeout_seconds: float = Field(default=120.0, gt=0, description="for one whole request")
    temperature: float = Field(default=0.3, ge=0, le=2)
    concurrency: int = Field(default=8, ge=1, description="requests in flight in this process")
    reply_format: Literal["json_schema", "json_object"] = Field(
        default="json_schema", description="json_object for endpoints that know no schemas"
    )
