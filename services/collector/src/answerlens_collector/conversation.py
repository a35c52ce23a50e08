"""The steps before a question is sent: a new conversation, its switches set, the question written."""

import re
from http import HTTPStatus

from playwright.async_api import Frame, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from answerlens_collector.failure_signs import Responses, raise_failure, raise_http_failure
from answerlens_collector.page_watch import Place, glance
from answerlens_collector.profile import SiteProfile, Toggle
from answerlens_collector.site_errors import InputRefusedError, PageNotReadyError, StepError, ToggleError
from answerlens_collector.steps import take_steps

OPEN_MS = 30_000
READY_MS = 15_000
TOGGLE_MS = 5_000
WRITE_MS = 10_000
WRITE_TRIES = 6
# a site may have either kind of input, and change it
_WRITTEN = "(field) => typeof field.value === 'string' ? field.value : field.innerText"
WRITE_AGAIN_MS = 500
TOGGLE_LOOKS = 20
TOGGLE_LOOK_MS = 100


async def open_conversation(page: Page, profile: SiteProfile, responses: Responses) -> Place:
    """Open the site anew and wait until it can be used; where the conversation is."""
    try:
        response = await page.goto(profile.url, wait_until="domcontentloaded", timeout=OPEN_MS)
    except PlaywrightTimeoutError as error:
        raise PageNotReadyError(profile.name, f"{profile.url} did not open within {OPEN_MS // 1000} s") from error
    status = response.status if response is not None else None
    # an error page will not become ready
    patience = READY_MS if (status or 0) < HTTPStatus.BAD_REQUEST else 1
    place: Place = page
    selector = ""
    try:
        for selector in profile.frame:
            place = await _inside(place, profile, selector, patience)
        if patience == READY_MS:
            await take_steps(place, profile, profile.before)
        selector = profile.ready or profile.input.selector
        await place.locator(f"css={selector}").first.wait_for(state="visible", timeout=patience)
    except StepError:
        # the page may show why
        raise_failure(profile, await glance(place, profile), responses)
        raise
    except PlaywrightTimeoutError as error:
        raise_failure(profile, await glance(place, profile), responses)
        raise_http_failure(profile, status)
        reason = f"nothing to write in at {page.url}: {selector!r} is not shown"
        raise PageNotReadyError(profile.name, reason) from error
    raise_failure(profile, await glance(place, profile), responses)
    for toggle in profile.toggles:
        await _set_toggle(place, profile, toggle)
    return place


async def _inside(place: Place, profile: SiteProfile, selector: str, patience: float) -> Frame:
    holder = place.locator(f"css={selector}").first
    await holder.wait_for(state="attached", timeout=patience)
    frame = await (await holder.element_handle()).content_frame()
    if frame is None:
        raise PageNotReadyError(profile.name, f"frame {selector!r} is no frame")
    return frame


async def write_question(place: Place, profile: SiteProfile, question: str) -> str:
    """Write the question by real input events (a controlled input sees no others), and read it back.

    Returns:
        what was written: a line break would send it.
    """
    words = " ".join(question.split())
    selector = profile.input.selector
    field = place.locator(f"css={selector}").first
    written = ""
    for _ in range(WRITE_TRIES):
        try:
            await field.fill(words, timeout=WRITE_MS)
            written = str(await field.evaluate(_WRITTEN, timeout=WRITE_MS))
        except PlaywrightTimeoutError as error:
            reason = f"cannot write in {selector!r}: it is hidden, covered or disabled"
            raise InputRefusedError(profile.name, reason) from error
        if " ".join(written.split()) == words:
            return words
        # a page may draw its input anew while it is still starting
        await place.wait_for_timeout(WRITE_AGAIN_MS)
    raise InputRefusedError(profile.name, f"the input {selector!r} holds {written[:80]!r}")


async def _set_toggle(place: Place, profile: SiteProfile, toggle: Toggle) -> None:
    """Click the switch unless it stands as wanted; then watch it get there."""
    name = toggle.text or toggle.selector
    switch = _find(place, toggle)
    try:
        if await _is_on(switch, toggle) is toggle.want:
            return
        await switch.click(timeout=TOGGLE_MS)
        for _ in range(TOGGLE_LOOKS):
            if await _is_on(switch, toggle) is toggle.want:
                return
            await place.wait_for_timeout(TOGGLE_LOOK_MS)
    except PlaywrightTimeoutError as error:
        raise ToggleError(profile.name, f"no switch {name!r} on the page") from error
    raise ToggleError(profile.name, f"{name!r} stays {'off' if toggle.want else 'on'}")


def _find(place: Place, toggle: Toggle) -> Locator:
    if toggle.selector is None:
        return place.get_by_text(toggle.text or "", exact=True).first
    switch = place.locator(f"css={toggle.selector}")
    if toggle.text is not None:
        switch = switch.filter(has_text=re.compile(rf"^\s*{re.escape(toggle.text)}\s*$"))
    return switch.first


async def _is_on(switch: Locator, toggle: Toggle) -> bool:
    value = await switch.evaluate(
        "(element, name) => element.closest(`[${name}]`)?.getAttribute(name) ?? ''", toggle.attribute, timeout=TOGGLE_MS
    )
    return toggle.on_value in str(value).split()
