"""Takes the steps of a profile on a page."""

from collections.abc import Iterable

from playwright.async_api import Locator
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from answerlens_collector.page_watch import Place
from answerlens_collector.profile import SiteProfile, Step
from answerlens_collector.site_errors import StepError


async def take_steps(place: Place, profile: SiteProfile, steps: Iterable[Step]) -> None:
    """Take them in order.

    Raises:
        StepError: one that is required could not be taken, or a click did not do what it is for.
    """
    for step in steps:
        if step.unless is not None and await place.locator(f"css={step.unless}").locator("visible=true").count():
            continue
        await _take(place, profile, step)


async def _take(place: Place, profile: SiteProfile, step: Step) -> None:
    patience = step.seconds * 1000
    target = _shown(place, step.click, step.text)
    try:
        await target.wait_for(state="visible", timeout=patience)
        await target.click(timeout=patience)
    except PlaywrightTimeoutError as error:
        if step.required:
            name = f"{step.click!r}" + (f" with {step.text!r}" if step.text else "")
            raise StepError(profile.name, f"step: {name} cannot be clicked within {step.seconds:g} s") from error
        return
    if step.until is None:
        return
    try:
        await _shown(place, step.until, None).wait_for(state="visible", timeout=patience)
    except PlaywrightTimeoutError as error:
        reason = f"step: {step.until!r} is not shown {step.seconds:g} s after a click on {step.click!r}"
        raise StepError(profile.name, reason) from error


def _shown(place: Place, selector: str, text: str | None) -> Locator:
    found = place.locator(f"css={selector}").locator("visible=true")
    return (found.filter(has_text=text) if text is not None else found).last
