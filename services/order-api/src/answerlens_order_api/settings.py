"""The order API's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.aio.side_work import SideWorkSettings
from answerlens_common.settings import BankSettings, CalendarSettings, FreshnessSettings, ServiceSettings
from answerlens_order_api.limits import LimitSettings
from answerlens_order_api.proxies import ProxySettings


class SandboxSettings(BaseSettings):
    """Set when the answers come from the sandbox: reports then say so."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SANDBOX_")

    url: str = ""


class OrderApiSettings(ServiceSettings):
    """What every service needs, a calendar, what progress and reports are read with, limits and proxies."""

    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
    bank: BankSettings = Field(default_factory=BankSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    proxies: ProxySettings = Field(default_factory=ProxySettings)
    side: SideWorkSettings = Field(default_factory=SideWorkSettings)
    sandbox: SandboxSettings = Field(default_factory=SandboxSettings)
