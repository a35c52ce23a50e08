"""The breakers there are, and how each is set until an admin changes it."""

from dataclasses import dataclass

LLM_API = "llm_api"
ZHIHU_SEARCH = "zhihu_search"
ZHIHU_API = "zhihu_api"
PLAYWRIGHT = "playwright"
_ENGINE = "engine:"


@dataclass(frozen=True)
class Settings:
    """Opens after `threshold` failures in a row, and may be tried again `open_seconds` later."""

    threshold: int
    open_seconds: float


_DEFAULTS = {
    LLM_API: Settings(3, 60),
    ZHIHU_SEARCH: Settings(3, 30),
    ZHIHU_API: Settings(3, 30),
    PLAYWRIGHT: Settings(2, 60),
}
_ENGINE_DEFAULT = Settings(2, 60)


def engine_breaker(engine: str) -> str:
    """The breaker of an engine's site."""
    return f"{_ENGINE}{engine}"


def defaults(name: str) -> Settings:
    """How a breaker is set at first.

    Raises:
        KeyError: there is no such breaker.
    """
    return _ENGINE_DEFAULT if name.startswith(_ENGINE) else _DEFAULTS[name]


def known(engines: list[str]) -> list[str]:
    """Every breaker of an installation that has these engines."""
    return [*_DEFAULTS, *map(engine_breaker, engines)]
