"""Whether a profile's selectors are CSS: the browser that will use them says so."""

from typing import Final

from playwright.async_api import Page

from answerlens_collector.profile import SiteProfile
from answerlens_common.contracts.engines import EngineFile

_SCRIPT: Final = """
(selectors) => Object.entries(selectors).find(([, selector]) => {
  try {
    document.createDocumentFragment().querySelector(selector);
    return false;
  } catch {
    return true;
  }
}) ?? null
"""


async def check_selectors(page: Page, profile: SiteProfile, file: EngineFile) -> None:
    """Let the browser read every selector of `profile`, which stands in `file`.

    Raises:
        EngineFileError: naming the file, the line and the field of the first that is no CSS.
    """
    wrong: tuple[str, str] | None = await page.evaluate(_SCRIPT, profile.selectors())
    if wrong is not None:
        field, selector = wrong
        raise file.wrong(field, f"{selector!r} is no CSS selector")
