"""The kinds of engines. A new kind is a module here, whose class is an `Engine`, and a line in `KINDS`."""

from collections.abc import Callable
from typing import Final

from answerlens_collector.engines.api import ApiEngine, ApiProfile
from answerlens_collector.engines.browser import BrowserEngine
from answerlens_collector.engines.engine import Engine
from answerlens_collector.profile import SiteProfile
from answerlens_collector.settings import CollectorSettings
from answerlens_common.contracts.engines import EngineFile
from answerlens_common.limits.breakers import Breakers

__all__ = ["KINDS", "ApiEngine", "BrowserEngine", "Engine", "open_engine"]

Opening = Callable[[EngineFile, CollectorSettings, Breakers], Engine]


def _browser(file: EngineFile, settings: CollectorSettings, breakers: Breakers) -> Engine:
    return BrowserEngine(SiteProfile.of(file), settings.browser, breakers)


def _api(file: EngineFile, _settings: CollectorSettings, _breakers: Breakers) -> Engine:
    return ApiEngine(ApiProfile.of(file))


KINDS: Final[dict[str, Opening]] = {"browser": _browser, "api": _api}


def open_engine(file: EngineFile, settings: CollectorSettings, breakers: Breakers) -> Engine:
    """The engine in a file, which has to be entered before it is asked.

    Raises:
        EngineFileError: naming the engine and the field.
        KeyError: no kind here has its name.
    """
    return KINDS[file.kind](file, settings, breakers)
