"""The searcher's settings."""

from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.settings import FreshnessSettings, ServiceSettings
from answerlens_searcher.zhihu_api import ZhihuApiSettings
from answerlens_searcher.zhihu_page import ZhihuSettings


class SearcherSettings(ServiceSettings):
    """What every service needs, a browser and one of two ways into Zhihu."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SEARCHER_")

    source: Literal["page", "api"] = "page"
    zhihu: ZhihuSettings = Field(default_factory=ZhihuSettings)
    zhihu_api: ZhihuApiSettings = Field(default_factory=ZhihuApiSettings)
    browser: BrowserSettings = Field(default_factory=BrowserSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
