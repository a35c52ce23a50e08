"""The collector's settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.browser import BrowserSettings
from answerlens_common.settings import ServiceSettings


class CollectionSettings(BaseSettings):
    """When a keyword's day on an engine fails."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_COLLECTION_")

    fail_below: float = Field(default=0.5, ge=0, le=1, description="share of ok answers under which the day fails")


class CollectorSettings(ServiceSettings):
    """What every service needs, and browsers."""

    browser: BrowserSettings = Field(default_factory=BrowserSettings)
    collection: CollectionSettings = Field(default_factory=CollectionSettings)
