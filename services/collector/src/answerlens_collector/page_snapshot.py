"""One look at the page: everything the driver wants to know, in one round trip."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from answerlens_collector.profile import Dom, FailureRule, SiteProfile

# Text is read as it is shown (innerText), with the parts that are not text hidden for that moment.
SCRIPT = """
({dom, signs}) => {
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
  };
  const all = (selector, root = document) => selector === null ? [] : [...root.querySelectorAll(selector)];
  const text = (element) => {
    const hidden = dom.strip.flatMap((selector) => all(selector, element)).map((part) => [part, part.style.display]);
    for (const [part] of hidden) part.style.setProperty("display", "none", "important");
    // what encloses a part that was taken out goes with it
    const words = element.innerText.replace(hidden.length ? /[（(【[]\\s*[）)】\\]]/g : /(?!)/, "");
    for (const [part, display] of hidden) {
      part.style.display = display;
      if (part.getAttribute("style") === "") part.removeAttribute("style");
    }
    return words;
  };
  const links = (selector) => all(selector).flatMap((element) => {
    const link = element.closest("a[href]") ?? element.querySelector("a[href]");
    return link === null ? [] : [{url: link.href, title: (link.title || element.innerText || "").trim()}];
  });
  const answer = all(dom.answer).at(-1);
  return {
    answered: answer !== undefined,
    text: answer === undefined ? "" : text(answer).trim(),
    busy: all(dom.busy).some(shown),
    done: all(dom.done).some(shown),
    cited: links(dom.links_cited),
    listed: links(dom.links_listed),
    signs: signs.map(({url, selector, text}) => url !== null ? new RegExp(url).test(location.href) :
      all(selector).some((element) => shown(element) && element.innerText.includes(text ?? ""))),
  };
}
"""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link as the page shows it."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """What was seen. `answered`: an answer, perhaps unfinished or empty, is on the page."""

    answered: bool
    text: str
    busy: bool
    done: bool
    cited: tuple[PageLink, ...]
    listed: tuple[PageLink, ...]
    failures: tuple[FailureRule, ...]

    def is_complete(self, dom: Dom) -> bool:
        """Whether the page itself shows that the answer is complete, as far as the profile can tell."""
        return self.answered and not self.busy and (dom.done is None or self.done)


async def take_snapshot(page: Page, profile: SiteProfile) -> PageSnapshot:
    """Look at the page once."""
    rules = [rule for rule in profile.failures if rule.selector is not None or rule.url is not None]
    seen: dict[str, Any] = await page.evaluate(
        SCRIPT,
        {"dom": profile.dom.model_dump(mode="json"), "signs": [rule.model_dump(mode="json") for rule in rules]},
    )
    return PageSnapshot(
        answered=seen["answered"],
        text=seen["text"],
        busy=seen["busy"],
        done=seen["done"],
        cited=tuple(PageLink(**link) for link in seen["cited"]),
        listed=tuple(PageLink(**link) for link in seen["listed"]),
        failures=tuple(rule for rule, matches in zip(rules, seen["signs"], strict=True) if matches),
    )
