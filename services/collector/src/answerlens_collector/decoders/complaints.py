"""What a site says against an answer, in its own words: which failure that is."""

import re
from collections.abc import Iterator
from typing import Any, Final

from answerlens_collector.decoders.reply import Failure

# The first that fits decides: a demand for a check mentions the pace that led to it, and both ask to come back later.
_SIGNS: Final[tuple[tuple[Failure, tuple[str, ...]], ...]] = (
    (
        "captcha",
        (
            r"captcha|verif(?:y|ication)|turnstile|just a moment|user_validate|rgv587",
            r"验证码|安全验证|人机|滑块|完成.{0,4}验证",
        ),
    ),
    (
        "rate_limited",
        (r"rate.?limit|too (?:many|frequent|fast)|limit reached|reached.{0,40}limit", r"频率|频繁|次数.{0,6}上限"),
    ),
    (
        "login_required",
        (
            r"unauthenticated|unauthori[sz]ed|authorization failed|invalid token",
            r"not.?log(?:ged)?.?in|(?<![a-z])(?:log|sign)[ -]?in(?![a-z])|session.{0,20}expired",
            r"登录|登陆",
        ),
    ),
    ("refused", (r"content.?filter|content.?policy|moderat|sensitive", r"违规|敏感|不合规")),
    (
        "unavailable",
        (
            r"unavailable|overload|is in progress|server (?:is )?busy|at capacity|timed? ?out",
            r"internal (?:server )?error|generation_err|something went wrong",
            r"繁忙|服务异常|系统异常|网络异常|稍后|出了点.{0,2}问题",
        ),
    ),
    # busy sites say so too
    ("refused", (r"无法回答",)),
)
_PATTERNS: Final = tuple((failure, re.compile("|".join(signs), re.IGNORECASE)) for failure, signs in _SIGNS)
MOST: Final = 500  # characters of an error that are worth keeping


def failure_said(words: str) -> Failure:
    """The failure that `words` (messages and codes, in any order) speak of; `failed` where they say nothing known."""
    return next((failure for failure, signs in _PATTERNS if signs.search(words)), "failed")


def complaint_in(event: dict[str, Any]) -> dict[str, Any]:
    """What an event says against the answer, in the shapes that most sites use; {} where it says nothing."""
    if event.get("error"):
        return {"error": event["error"]}
    return event if event.get("type") == "error" or event.get("success") is False else {}


def words_of(value: object) -> str:
    """What a JSON value says: its strings and numbers, in order, with blanks between; of much, the beginning."""
    return " ".join(_scalars(value))[:MOST]


def _scalars(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield str(value)
