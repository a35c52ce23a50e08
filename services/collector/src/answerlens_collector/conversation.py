"""The steps before an answer: a new conversation, its switches set, the question written and sent."""

import re
from http import HTTPStatus

from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from answerlens_collector.failure_signs import Responses, raise_failure, raise_http_failure
from answerlens_collector.page_watch import glance
from answerlens_collector.profile import SiteProfile, Toggle
from answerlens_collector.site_errors import InputRefusedError, PageNotReadyError, ToggleError

OPEN_MS = 30_000
READY_MS = 15_000
TOGGLE_MS = 5_000
SEND_MS = 5_000
TOGGLE_LOOKS = 20
TOGGLE_LOOK_MS = 100


async def open_conversation(page: Page, profile: SiteProfile, responses: Responses) -> None:
    """Open the site anew and wait until it can be used."""
    response = await page.goto(profile.url, wait_until="domcontentloaded", timeout=OPEN_MS)
    ready = page.locator(profile.ready or profile.input.selector).first
    status = response.status if response is not None else None
    try:
        # an error page will not become ready
        await ready.wait_for(state="visible", timeout=READY_MS if (status or 0) < HTTPStatus.BAD_REQUEST else 1)
    except PlaywrightTimeoutError as error:
        raise_failure(profile, await glance(page, profile), responses)
        raise_http_failure(profile, status)
        raise PageNotReadyError(profile.name, f"nothing to write in at {page.url}") from error
    raise_failure(profile, await glance(page, profile), responses)
    for toggle in profile.toggles:
        await _set_toggle(page, profile, toggle)


async def write_question(page: Page, profile: SiteProfile, question: str) -> None:
    """Write the question by real input events (a controlled input sees no others), and read it back."""
    words = " ".join(question.split())  # a line break would send it
    field = page.locator(profile.input.selector).first
    await field.fill(words)
    written = await (field.inner_text() if profile.input.kind == "contenteditable" else field.input_value())
    if " ".join(written.split()) != words:
        raise InputRefusedError(profile.name, f"the input holds {written[:80]!r}")


async def send(page: Page, profile: SiteProfile) -> None:
    """Send what was written."""
    if profile.send.key is not None:
        await page.locator(profile.input.selector).first.press(profile.send.key)
    elif profile.send.click is not None:
        await page.locator(profile.send.click).first.click(timeout=SEND_MS)


async def _set_toggle(page: Page, profile: SiteProfile, toggle: Toggle) -> None:
    """Click the switch unless it stands as wanted; then watch it get there."""
    name = toggle.text or toggle.selector
    switch = _find(page, toggle)
    try:
        if await _is_on(switch, toggle) is toggle.want:
            return
        await switch.click(timeout=TOGGLE_MS)
        for _ in range(TOGGLE_LOOKS):
            if await _is_on(switch, toggle) is toggle.want:
                return
            await page.wait_for_timeout(TOGGLE_LOOK_MS)
    except PlaywrightTimeoutError as error:
        raise ToggleError(profile.name, f"no switch {name!r} on the page") from error
    raise ToggleError(profile.name, f"{name!r} stays {'off' if toggle.want else 'on'}")


def _find(page: Page, toggle: Toggle) -> Locator:
    if toggle.selector is None:
        return page.get_by_text(toggle.text or "", exact=True).first
    switch = page.locator(toggle.selector)
    if toggle.text is not None:
        switch = switch.filter(has_text=re.compile(rf"^\s*{re.escape(toggle.text)}\s*$"))
    return switch.first


async def _is_on(switch: Locator, toggle: Toggle) -> bool:
    value = await switch.evaluate(
        "(element, name) => element.closest(`[${name}]`)?.getAttribute(name) ?? ''", toggle.attribute, timeout=TOGGLE_MS
    )
    return toggle.on_value in str(value).split()
