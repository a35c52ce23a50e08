"""`python -m answerlens_order_api.openapi`: the API's description, as kept in docs/openapi.json."""

import json
import sys
from typing import Any

from answerlens_common.settings import PostgresSettings, RabbitSettings
from answerlens_order_api.app import build
from answerlens_order_api.settings import OrderApiSettings


def description() -> dict[str, Any]:
    """The OpenAPI document. Nothing is connected to."""
    settings = OrderApiSettings(
        postgres=PostgresSettings(url="postgresql://localhost/answerlens"),
        rabbitmq=RabbitSettings(url="amqp://localhost/"),
    )
    _, app = build(settings)
    return app.openapi()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(description(), ensure_ascii=False, indent=2) + "\n")
