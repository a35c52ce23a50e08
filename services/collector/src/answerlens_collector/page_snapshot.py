"""One look at the page: everything the driver wants to know of it at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from answerlens_collector.profile import FailureRule, SiteProfile
from answerlens_collector.profile.patterns import is_found


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link as the page shows it, or a chip that stands for one: then `url` is empty. `label` is what one reads."""

    url: str
    title: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSnapshot:
    """What was seen of this question's answer; what was there before it was sent is left out.

    Attributes:
        answered: an answer, perhaps unfinished or empty, is on the page.
        reused: it stands in an element that was there before.
        text: all its elements, joined.
        busy: the page shows that it is being written; `was_busy`: it has shown so since the question was sent.
        done: the page shows that it is complete.
        questioned: the question is on the page; `held`: the input still holds it.
        still: seconds for which nothing of all this has changed.
        cited: what it cites by.
        listed: the list of its sources.
        marks: what looks like citations in it and is none of `cited`; "" where it names nothing.
        failures: the rules of which the page shows the sign.
        elements: how many elements are answers, old ones too.
        place: the address of the page, or of the frame that is watched.
    """

    answered: bool
    text: str
    busy: bool
    done: bool
    cited: tuple[PageLink, ...]
    listed: tuple[PageLink, ...]
    failures: tuple[FailureRule, ...] = ()
    marks: tuple[str, ...] = ()
    reused: bool = False
    was_busy: bool = False
    questioned: bool = False
    held: bool = False
    still: float = 0.0
    elements: int = 0
    place: str = ""

    def is_complete(self, profile: SiteProfile) -> bool:
        """Whether the page itself shows that the answer is complete, as far as the profile can tell.

        A page that never said that it was busy may not have begun: then only long silence counts, and none where the
        answer stands in an element of before.
        """
        finish = profile.finish
        if not self._may_be_over(profile):
            return False
        ended = self.done or self.was_busy
        if profile.dom.shows_end and self.reused and not ended:
            return False
        return self.still >= (finish.quiet_seconds if ended and self.text else finish.still_seconds)

    def is_painted(self, profile: SiteProfile) -> bool:
        """Whether the page shows all of an answer that is known to be over."""
        return self._may_be_over(profile) and self.still >= profile.finish.quiet_seconds

    def _may_be_over(self, profile: SiteProfile) -> bool:
        return self.answered and not self.busy and (profile.dom.done is None or self.done)


def snapshot(seen: Mapping[str, Any], profile: SiteProfile, address: str, title: str) -> PageSnapshot:
    """What the page's script has seen, with the rules of `profile` judged on it."""
    signs = iter(seen["signs"])
    shown = [rule for rule in profile.failures if _is_shown(rule, signs, address, title)]
    return PageSnapshot(
        answered=seen["answered"],
        text=seen["text"],
        busy=seen["busy"],
        done=seen["done"],
        cited=tuple(PageLink(**link) for link in seen["cited"]),
        listed=tuple(PageLink(**link) for link in seen["listed"]),
        failures=tuple(shown),
        marks=tuple(seen["marks"]),
        reused=seen["reused"],
        was_busy=seen["was_busy"],
        questioned=seen["questioned"],
        held=seen["held"],
        still=seen["still"],
        elements=seen["elements"],
        place=seen["address"],
    )


def selector_signs(profile: SiteProfile) -> list[dict[str, str | None]]:
    """The signs that the page's script looks for, in the order of the rules."""
    return [{"selector": rule.selector, "text": rule.text} for rule in profile.failures if rule.selector is not None]


def _is_shown(rule: FailureRule, signs: Any, address: str, title: str) -> bool:  # noqa: ANN401 an iterator of what JavaScript gave
    if rule.selector is not None:
        return bool(next(signs))
    if rule.url is not None:
        return is_found(rule.url, address)
    return rule.title is not None and is_found(rule.title, title)
