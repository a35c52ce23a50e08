"""The services of an installation, and as whom each logs in to the database and the broker."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICES = ("order-api", "searcher", "bank-builder", "collector", "scorer", "analyzer", "scheduler")


def account_name(prefix: str, service: str) -> str:
    """What a service is called there: `answerlens`, `order-api` → `answerlens_order_api`."""
    return f"{prefix}_{service.replace('-', '_')}"


class AccountSettings(BaseSettings):
    """The passwords of the services' accounts, for the two jobs that make these; none when all share one user."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SERVICE_")

    passwords: dict[str, SecretStr] = Field(
        default={}, description="a JSON object: a password for each service, the same on the database and the broker"
    )

    @field_validator("passwords")
    @classmethod
    def _each_service_has_one(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if value and value.keys() != {*SERVICES}:
            differing = sorted(value.keys() ^ {*SERVICES})
            message = f"must have one for each service and for nothing else; look at {', '.join(differing)}"
            raise ValueError(message)
        for service, password in value.items():
            text = password.get_secret_value()
            if not text or not text.isascii() or not text.isprintable():
                message = f"that of {service} must be printable ASCII, and not empty"
                raise ValueError(message)
        return value
