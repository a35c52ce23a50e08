"""The searcher's settings."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field
from pydantic_settings import NoDecode, SettingsConfigDict

from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.settings import FreshnessSettings, ServiceSettings
from answerlens_searcher.zhihu_api import ZhihuApiSettings
from answerlens_searcher.zhihu_page import ZhihuSettings

SourceName = Literal["page", "api", "list", "model"]


def _names(value: object) -> object:
    """Names between commas or white space."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _in_order(names: tuple[SourceName, ...]) -> tuple[SourceName, ...]:
    if not names or len(set(names)) < len(names):
        message = "must name at least one source, and none twice"
        raise ValueError(message)
    if "model" in names[:-1]:
        message = "model must be the last: its questions are those that no person is known to have asked"
        raise ValueError(message)
    return names


class SearcherSettings(ServiceSettings):
    """What every service needs, a browser, and where questions come from.

    The language model's settings are read where `sources` names it.
    """

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SEARCHER_", populate_by_name=True)

    sources: Annotated[tuple[SourceName, ...], NoDecode, BeforeValidator(_names), AfterValidator(_in_order)] = Field(
        default=("page", "list"),
        # one source had another name
        validation_alias=AliasChoices("ANSWERLENS_SEARCHER_SOURCES", "ANSWERLENS_SEARCHER_SOURCE"),
        description="in the order in which they are asked, such as page,api,list,model",
    )
    enough_questions: int = Field(default=24, ge=1, le=100, description="with fewer the next source is asked")
    zhihu: ZhihuSettings = Field(default_factory=ZhihuSettings)
    zhihu_api: ZhihuApiSettings = Field(default_factory=ZhihuApiSettings)
    browser: BrowserSettings = Field(default_factory=BrowserSettings)
    freshness: FreshnessSettings = Field(default_factory=FreshnessSettings)
