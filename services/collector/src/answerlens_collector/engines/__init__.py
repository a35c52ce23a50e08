"""The kinds of engines. A new kind is a module here, whose class is an `Engine`, and a line in `KINDS`."""

from collections.abc import Callable
from typing import Final

from answerlens_collector.engines.api import ApiEngine, ApiProfile
from answerlens_collector.engines.browser import BrowserEngine
from answerlens_collector.engines.engine import Engine
from answerlens_collector.profile import SiteProfile
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.contracts.engines import EngineFile
from answerlens_common.limits.breakers import Breakers

__all__ = ["KINDS", "ApiEngine", "BrowserEngine", "Engine", "open_engine"]

Opening = Callable[[EngineFile, BrowserSettings, Breakers], Engine]


def _browser(file: EngineFile, browser: BrowserSettings, breakers: Breakers) -> Engine:
    return BrowserEngine(SiteProfile.of(file), browser, breakers, file)


def _api(file: EngineFile, _browser: BrowserSettings, _breakers: Breakers) -> Engine:
    return ApiEngine(ApiProfile.of(file))


KINDS: Final[dict[str, Opening]] = {"browser": _browser, "api": _api}


def open_engine(file: EngineFile, browser: BrowserSettings, breakers: Breakers) -> Engine:
    """The engine in a file, which has to be entered before it is asked.

    Raises:
        EngineFileError: naming the engine and the field.
        KeyError: no kind here has its name.
    """
    return KINDS[file.kind](file, browser, breakers)
