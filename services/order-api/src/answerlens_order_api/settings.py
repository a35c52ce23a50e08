"""The order API's settings."""

from pydantic import Field

from answerlens_common.aio.side_work import SideWorkSettings
from answerlens_common.settings import ServiceSettings
from answerlens_order_api.rest.proxies import ProxySettings
from answerlens_orders.accounts.limits import LimitSettings
from answerlens_orders.settings import OrdersSettings


class OrderApiSettings(OrdersSettings, ServiceSettings):
    """What orders are read with, what every service needs, and limits, proxies and processes for heavy work."""

    limits: LimitSettings = Field(default_factory=LimitSettings)
    proxies: ProxySettings = Field(default_factory=ProxySettings)
    side: SideWorkSettings = Field(default_factory=SideWorkSettings)
