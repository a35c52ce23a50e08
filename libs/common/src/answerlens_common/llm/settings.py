"""Which language model does our own work, and how much of it may be asked."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from answerlens_common.settings import CalendarSettings, LlmPriceSettings


class LlmSettings(LlmPriceSettings):
    """Which OpenAI-compatible endpoint does our own work; prices and the budget are in one currency, any."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LLM_", env_ignore_empty=True)

    base_url: str
    api_key: SecretStr
    model: str
    timeout_seconds: float = Field(default=120.0, gt=0, description="for one whole request")
    temperature: float = Field(default=0.3, ge=0, le=2)
    concurrency: int = Field(default=8, ge=1, description="requests in flight in this process")
    reply_format: Literal["json_schema", "json_object"] = Field(
        default="json_schema", description="json_object for endpoints that know no schemas"
    )
    rate_limit: int = Field(default=100, ge=1, description="requests a period, over all replicas")
    rate_period_seconds: float = Field(default=60.0, gt=0)
    daily_budget: Decimal | None = Field(default=None, gt=0, description="a local date's; none: no limit")
    budget_alert_share: float = Field(default=0.8, gt=0, le=1, description="of the budget, from which admins are told")
    reserved_tokens: int = Field(default=2000, ge=0, description="that an answer is expected to have at most")
    cache_days: int = Field(default=1, ge=1, description="for which a valid reply is given again")
    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
