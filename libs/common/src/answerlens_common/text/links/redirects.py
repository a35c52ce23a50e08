"""Links that lead through a site's own redirect (link.zhihu.com/?target=…) to a page that they name in clear.

A page that merely carries another's address, such as a form to share it, is no redirect: what makes one is a host or
the end of a path that says so, and a parameter that holds a whole web address. A target that only the site can read
(baidu.com/link?url=…) stays the site's.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, unquote

_HOSTS: Final = re.compile(r"(?:links?|go|goto|jump|redirect|redir|out|outlink|away|exit|l|lm|t|r)\.")
_LAST_SEGMENTS: Final = re.compile(
    r"(?:\w*redirect\w*|redir|(?:go|jump)(?:[-_]?(?:to|url|link|wild|page|out))*|out(?:link|bound|going|url)?|to|away|leave|exit|transfer"
    r"|link\d?|links|link-?filter|external(?:-?link)?|url|click|l|safe(?:ty)?-?(?:check|link|jump)|middle[bm]|middlepage)"
    r"(?:\.\w{1,5})?",
    re.IGNORECASE,
)
_PARAMETER: Final = re.compile(
    r"target(?:_?url)?|url|u|q|to|dest(?:ination)?|redirect(?:_?ur[li])?|link(?:_?url)?|go(?:to|url)?|href|pfurl|jump(?:url)?|tourl"
    r"|z|t|r|out|ext_url|external",
    re.IGNORECASE,
)
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)


def target_of(parts: SplitResult, host: str, parameters: Iterable[tuple[str, str]]) -> str | None:
    """The web address that a redirect leads to, None for a link that is no redirect or hides its target.

    Args:
        parts: The link, taken apart.
        host: Its host in lower case.
        parameters: Its query, decoded.
    """
    segments = [segment for segment in parts.path.split("/") if segment]
    says_so = bool(segments and _LAST_SEGMENTS.fullmatch(segments[-1])) or (
        _HOSTS.match(host) is not None and len(segments) <= 1
    )
    if not says_so:
        return None
    if _WEB.match(unquote(parts.query)):  # …/transfer?https://…
        return unquote(parts.query) if "%3a" in parts.query[:12].lower() else parts.query
    for name, value in parameters:
        if _PARAMETER.fullmatch(name):
            target = value if _WEB.match(value) else unquote(value)
            if _WEB.match(target):
                return target
    return None
