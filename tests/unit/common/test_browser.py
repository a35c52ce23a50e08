import os
from pathlib import Path

import pytest

from answerlens_common.browser.chromium import BrowserSettings, launch_browser
from answerlens_common.browser.errors import BrowserMissingError
from answerlens_common.browser.processes import end_processes


async def test_a_missing_chromium_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BrowserMissingError, match="ANSWERLENS_CHROMIUM_PATH"):
        await launch_browser(BrowserSettings(chromium_path=tmp_path / "none"))


async def test_no_chromium_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ANSWERLENS_CHROMIUM_PATH", raising=False)
    with pytest.raises(BrowserMissingError, match="google-chrome"):
        await launch_browser(BrowserSettings())


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERLENS_CHROMIUM_PATH", "/opt/chromium")
    monkeypatch.setenv("ANSWERLENS_PAGES_PER_BROWSER", "4")
    settings = BrowserSettings()
    assert (settings.chromium_path, settings.pages_per_browser) == (Path("/opt/chromium"), 4)


async def test_a_process_does_not_end_its_own_group() -> None:
    with pytest.raises(ValueError, match="own group"):
        await end_processes(os.getpgid(0))
