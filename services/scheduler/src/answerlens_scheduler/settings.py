"""The scheduler's settings."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.settings import CalendarSettings, FreshnessSettings, ServiceSettings


class LeaderSettings(BaseSettings):
    """How a leader is chosen among the replicas."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LEADER_")

    lease_seconds: float = Field(default=10.0, gt=0)
    renew_seconds: float = Field(default=3.0, gt=0)


class StalledSettings(BaseSettings):
    """When work counts as stalled, how soon that is noticed, and how often it is re-entered."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_STALLED_")

    lost_seconds: float = Field(
        default=600.0,
        gt=0,
        description="nothing moves and no message waits: re-entered; longer than a breaker's wait",
    )
    seconds: float = Field(default=3600.0, gt=0, description="without any progress, after the last time: failed")
    check_seconds: int = Field(default=300, ge=1)
    resumes: int = Field(default=3, ge=0)


class DiagnosisSettings(BaseSettings):
    """How long a client waits for a diagnosis."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_DIAGNOSIS_")

    seconds: float = Field(
        default=600.0,
        gt=0,
        description="from its opening to its end, beside what the pace of its engines' accounts takes",
    )
    check_seconds: int = Field(default=30, ge=1, description="how often those past their time are looked for")


class KeepSettings(BaseSettings):
    """How long what has been used is kept."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_KEEP_")

    answer_days: int = Field(default=1, ge=1, description="after its day: answers, their links and scores")
    private_days: int = Field(default=30, ge=1, description="after its day: a client's own questions and their answers")
    claim_days: int = Field(default=7, ge=1, description="after its day: who worked on what")


class ReplySettings(BaseSettings):
    """How long a language model's replies are given again; the services that ask read the same variable."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_LLM_", env_ignore_empty=True)

    cache_days: int = Field(default=1, ge=1)


class ArchiveSettings(BaseSettings):
    """Where the task log goes, and when."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_ARCHIVE_", env_ignore_empty=True)

    folder: Path | None = Field(default=None, description="the same for every replica; none: the log stays")
    task_days: int = Field(default=31, ge=1, description="a task stays in the database")
    file_days: int = Field(default=31, ge=1, description="a month's file stays after rows were last added to it")


class BackupSettings(BaseSettings):
    """Where backups go."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_BACKUP_", env_ignore_empty=True)

    folder: Path | None = Field(default=None, description="the same for every replica; none: no backups")
    kept: int = Field(default=7, ge=1)


class SchedulerSettings(ServiceSettings):
    """What every service needs, a calendar and an election."""

    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
    leader: LeaderSettings = Field(default_factory=LeaderSettings)
    stalled: StalledSettings = Field(default_factory=StalledSettings)
    diagnosis: DiagnosisSettings = Field(default_factory=DiagnosisSettings)
    keep: KeepSettings = Field(default_factory=KeepSettings)
    replies: ReplySettings = Field(default_factory=ReplySettings)
    archive: ArchiveSettings = Field(default_factory=ArchiveSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
