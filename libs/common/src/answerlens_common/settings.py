"""Settings, one class per backing system; each service composes the ones it uses.

Every value comes from the environment (`ANSWERLENS_…`); an invalid one stops the process with its name.
"""

from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class PostgresSettings(BaseSettings):
    """Where the database is. `url` is a libpq URL: postgresql://user:password@host:port/name."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_POSTGRES_")

    url: str
    pool_size: int = Field(default=10, ge=1)
    command_timeout: float = Field(default=30.0, gt=0, description="seconds a statement may take")

    @field_validator("url")
    @classmethod
    def _libpq_url(cls, value: str) -> str:
        if not value.startswith(("postgresql://", "postgres://")):
            message = "must start with postgresql://"
            raise ValueError(message)
        return "postgresql://" + value.split("://", 1)[1]

    @property
    def sqlalchemy_url(self) -> str:
        """The same address, for SQLAlchemy over asyncpg."""
        return self.url.replace("postgresql://", "postgresql+asyncpg://", 1)


class RabbitSettings(BaseSettings):
    """Where the broker is: amqp://user:password@host:port/vhost."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_RABBITMQ_")

    url: str
    publish_timeout: float = Field(default=10.0, gt=0, description="seconds to wait for a confirm")
    heartbeat_seconds: int = Field(
        default=10,
        ge=1,
        description="a service silent for two to three times as long has its messages given to others",
    )


class WorkSettings(BaseSettings):
    """How work is held, retried and stopped."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    retry_delays: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(60, 120), description="seconds before each retry; their number is the number of retries"
    )
    lease_seconds: float = Field(default=15.0, gt=0, description="how long a claim outlives its holder")
    grace_seconds: float = Field(default=50.0, gt=0, description="how long a stopping service finishes work")


class HttpSettings(BaseSettings):
    """Where a service answers /live, /ready, /metrics (and order-api its API)."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_HTTP_")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    header_seconds: float = Field(default=10.0, gt=0, description="that a client has for a request's headers")
    body_seconds: float = Field(default=20.0, gt=0, description="that it has for the body")
    write_seconds: float = Field(default=60.0, gt=0, description="without reading, after which it is left")
    most_silent: int = Field(default=400, ge=1, description="connections without a request; the oldest makes room")


class LogSettings(BaseSettings):
    """How a service logs."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LOG_")

    format: Literal["json", "console"] = "json"
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class CalendarSettings(BaseSettings):
    """Whose midnight ends a day."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone of `timezone`."""
        return ZoneInfo(self.timezone)


class FreshnessSettings(BaseSettings):
    """For how many local dates a stage's result is used again."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    search_fresh_days: int = Field(default=7, ge=1)
    bank_fresh_days: int = Field(default=7, ge=1)


class BankSettings(BaseSettings):
    """How large a bank is; who shows progress must know it too."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    clusters: int = Field(default=8, ge=1, le=25, description="each grows from one of the bank builder's intents")
    questions_per_cluster: int = Field(default=25, ge=1, le=100)


class LlmPriceSettings(BaseSettings):
    """What the language model that does our own work costs, in one currency, any; who estimates must know it too."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LLM_", env_ignore_empty=True)

    prompt_price: Decimal = Field(default=Decimal(0), ge=0, description="of a million tokens")
    completion_price: Decimal = Field(default=Decimal(0), ge=0, description="of a million tokens")


class ServiceSettings(BaseSettings):
    """What every service needs; a service's own settings derive from it."""

    postgres: PostgresSettings = Field(default_factory=PostgresSettings)
    rabbitmq: RabbitSettings = Field(default_factory=RabbitSettings)
    work: WorkSettings = Field(default_factory=WorkSettings)
    http: HttpSettings = Field(default_factory=HttpSettings)
    logs: LogSettings = Field(default_factory=LogSettings)
