"""The services of an installation, in the order in which they appear everywhere."""

SERVICES = ("order-api", "searcher", "bank-builder", "collector", "scorer", "analyzer", "scheduler")


def account_name(prefix: str, service: str) -> str:
    """As whom a service logs in to database and broker: `answerlens`, `order-api` → `answerlens_order_api`."""
    return f"{prefix}_{service.replace('-', '_')}"
