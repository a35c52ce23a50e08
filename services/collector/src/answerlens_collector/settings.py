"""The collector's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.settings import CalendarSettings, ServiceSettings


class CollectionSettings(BaseSettings):
    """When a collection (the questions put to one engine) fails."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_COLLECTION_")

    fail_below: float = Field(
        default=0.5, ge=0, le=1, description="share of ok answers under which the collection fails"
    )
    run_seconds: float = Field(
        default=3600.0,
        gt=0,
        description="from a collection's first question to its end; 1.5 times what the pace takes when that is more",
    )
    private_seconds: float = Field(
        default=480.0,
        gt=0,
        description="from a private collection's opening until it is asked no more, beside what the account's pace"
        " takes; what is left of the scheduler's ANSWERLENS_DIAGNOSIS_SECONDS is for scoring and analysis",
    )
    overdue_check_seconds: float = Field(
        default=60.0, gt=0, description="how often collections past their time are looked for"
    )


class ImportSettings(BaseSettings):
    """How large a file of answers may be."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_IMPORT_")

    max_rows: int = Field(default=200_000, ge=1, le=1_000_000, description="of one file")


class CollectorSettings(ServiceSettings):
    """What every service needs, browsers, and files of answers."""

    browser: BrowserSettings = Field(default_factory=BrowserSettings)
    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    imports: ImportSettings = Field(default_factory=ImportSettings)
    collection: CollectionSettings = Field(default_factory=CollectionSettings)
