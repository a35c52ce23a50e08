"""What orders and reports are read with; a service that does so derives its settings from `OrdersSettings`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.settings import BankSettings, CalendarSettings, FreshnessSettings


class SandboxSettings(BaseSettings):
    """Set when the answers come from the sandbox: reports then say so."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SANDBOX_")

    url: str = ""


class OrdersSettings(BaseSettings):
    """The calendar that days are of, how long results stay fresh, how large a bank is, and whether answers are real."""

    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
    bank: BankSettings = Field(default_factory=BankSettings)
    sandbox: SandboxSettings = Field(default_factory=SandboxSettings)
