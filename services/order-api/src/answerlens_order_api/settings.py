"""The order API's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.aio.side_work import SideWorkSettings
from answerlens_common.settings import LlmPriceSettings, ServiceSettings
from answerlens_order_api.rest.proxies import ProxySettings
from answerlens_orders.accounts.limits import LimitSettings
from answerlens_orders.settings import OrdersSettings


class ImportSettings(BaseSettings):
    """How large a file of answers may be, and how long it may take to be sent."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_IMPORT_")

    max_bytes: int = Field(default=256 * 1024 * 1024, ge=1024, description="of one file")
    send_seconds: float = Field(default=600.0, gt=0, description="from a file's first byte to its last")


class OrderApiSettings(OrdersSettings, ServiceSettings):
    """What orders are read with, what every service needs; prices, limits, proxies, heavy work, files of answers."""

    prices: LlmPriceSettings = Field(default_factory=LlmPriceSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    proxies: ProxySettings = Field(default_factory=ProxySettings)
    imports: ImportSettings = Field(default_factory=ImportSettings)
    side: SideWorkSettings = Field(default_factory=SideWorkSettings)
