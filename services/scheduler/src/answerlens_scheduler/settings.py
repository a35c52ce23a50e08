"""The scheduler's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.settings import CalendarSettings, FreshnessSettings, ServiceSettings


class LeaderSettings(BaseSettings):
    """How a leader is chosen among the replicas."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LEADER_")

    lease_seconds: float = Field(default=10.0, gt=0)
    renew_seconds: float = Field(default=3.0, gt=0)


class StalledSettings(BaseSettings):
    """When work counts as stalled, how soon that is noticed, and how often it is entered again."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_STALLED_")

    seconds: float = Field(default=3600.0, gt=0, description="without any progress")
    check_seconds: int = Field(default=300, ge=1)
    resumes: int = Field(default=3, ge=0)


class SchedulerSettings(ServiceSettings):
    """What every service needs, a calendar and an election."""

    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
    leader: LeaderSettings = Field(default_factory=LeaderSettings)
    stalled: StalledSettings = Field(default_factory=StalledSettings)
