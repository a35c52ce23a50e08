"""How a service's server is configured."""

import pytest
import uvicorn

from answerlens_common.service import Service
from answerlens_common.settings import PostgresSettings, RabbitSettings, ServiceSettings


@pytest.mark.case("a6")
def test_the_server_believes_no_peer_about_whom_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uvicorn's own default believes whoever is on this machine."""
    seen: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self: seen.append(self.config))
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    settings = ServiceSettings(
        postgres=PostgresSettings(url="postgresql://nowhere/x"), rabbitmq=RabbitSettings(url="amqp://nowhere/")
    )
    Service("order-api", settings).run()
    (config,) = seen
    assert not config.proxy_headers
