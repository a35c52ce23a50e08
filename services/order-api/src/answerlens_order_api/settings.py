"""The order API's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.settings import CalendarSettings, FreshnessSettings, ServiceSettings


class SandboxSettings(BaseSettings):
    """Set when the answers come from the sandbox: reports then say so."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SANDBOX_")

    url: str = ""


class BankSettings(BaseSettings):
    """How large a bank will be, to tell how much of it is done."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    clusters: int = Field(default=8, ge=1)
    questions_per_cluster: int = Field(default=25, ge=1)


class OrderApiSettings(ServiceSettings):
    """What every service needs, a calendar, and what progress and reports are read with."""

    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
    bank: BankSettings = Field(default_factory=BankSettings)
    sandbox: SandboxSettings = Field(default_factory=SandboxSettings)
