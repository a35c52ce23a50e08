"""The stretches of a text that nobody reads as text: addresses and the targets of links.

Works on folded text, in linear time: every pattern is a run of characters that cannot be entered twice.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from answerlens_common.links import is_domain
from answerlens_common.matching.folded import FoldedText

# Chinese characters belong to an address only inside its path: …/item/索尼, but not https://www.mi.com小米.
_CJK: Final = r"\u3400-\u4dbf\u4e00-\u9fff"
_ADDRESS: Final = re.compile(
    rf"(?:https?|ftp)://[^\s/?#<>()\[\]\"'`|、。,!;《》「」【】“”‘’{_CJK}]*+"
    rf"(?:[/?#](?:[^\s<>()\[\]\"`|、。!;《》「」【】“”‘’{_CJK}]|(?<=[/=?#_-])[{_CJK}]++)*+)?+"
)
_LINK_TARGET: Final = re.compile(r"\]\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)")
# Only elements that answers are written with, as HTML writes them: 延迟<a级 … 功耗>5 is prose.
_ELEMENTS: Final = (
    "a|abbr|article|b|blockquote|br|button|caption|cite|code|col|dd|del|details|div|dl|dt|em|figure|font|h[1-6]|hr|i|iframe|img"
    "|input|ins|kbd|label|li|link|mark|ol|p|pre|q|s|script|section|small|source|span|strong|style|sub|summary|sup|svg|table|tbody"
    "|td|tfoot|th|thead|tr|u|ul|video"
)
_TAG: Final = re.compile(rf"<(?:/?(?:{_ELEMENTS})(?:\s++[a-z:-]++=[^<>\n]*+)?\s*+/?|!--[^<>\n]*+)>")
# What ends an address when it is written at full width: https://www.sony.com,Sony的电视 with a Chinese comma.
_FULL_WIDTH_ENDS: Final = re.compile("[\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]")  # ! ( ) , : ; ?
# Of an address without scheme, www or mailbox. The public-suffix list also has brands of their own as top-level
# domains, and "2.Apple" and "Bose.Sony" are no addresses; of two letters are the countries' domains.
_TOP_LEVELS: Final = re.compile(
    "[a-z]{2}|com|net|org|gov|edu|info|biz|mobi|asia|app|dev|xyz|top|vip|club|shop|store|online|site|website|tech|cloud|link|live|wiki"
    "|news|fun|ltd|wang|ink|group|pub|work|email|space|life|world|today|blog|games|design|studio|agency|academy"
)
# Numbers that lead an item of a list, but 163.com and 360.cn are addresses.
_ITEM: Final = re.compile(r"(?:top|no)?\d{1,3}\.(?!(?:com|cn|net|org|cc)$)[a-z0-9-]++$")
# A run of an address's characters with its path; whether it is a host is looked up. Every run matches, whole.
_RUN: Final = re.compile(r"[a-z0-9@._+-]++(?:[/?#][a-z0-9/?#&=%._~+-]*+)?+")


class Zones(NamedTuple):
    """Sorted, disjoint stretches of folded text."""

    starts: list[int]
    ends: list[int]

    def hide(self, start: int, end: int) -> bool:
        """Whether a name at this span is part of an address; a name that is a whole address (Booking.com) is not."""
        index = bisect_right(self.starts, start) - 1
        if index >= 0 and start < self.ends[index]:
            return not (start == self.starts[index] and end >= self.ends[index])
        index += 1
        return index < len(self.starts) and self.starts[index] < end < self.ends[index]


def find_zones(text: FoldedText) -> Zones:
    """All addresses, link targets and tags of a text, as spans of its folded form."""
    folded = text.folded
    spans = [(match.start(), _until_full_width(text, *match.span())) for match in _ADDRESS.finditer(folded)]
    spans.extend(match.span() for match in _TAG.finditer(folded))
    for match in _LINK_TARGET.finditer(folded):
        bracket = match.start() + 1
        if text.original[text.original_span(bracket, bracket + 1)[0]] == "(":  # "[1]（索尼）" is no link
            spans.append(match.span())
    spans.extend((start, _until_full_width(text, start, end)) for start, end in _host_spans(folded))
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start < ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Zones(starts, ends)


def _until_full_width(text: FoldedText, start: int, end: int) -> int:
    """Where an address that was found in the folded text ends in what was written."""
    first, last = text.original_span(start, end)
    if _FULL_WIDTH_ENDS.search(text.original, first, last) is None:
        return end
    return next(
        at for at in range(start, end) if _FULL_WIDTH_ENDS.match(text.original, text.original_span(at, at + 1)[0])
    )


def _host_spans(folded: str) -> Iterator[tuple[int, int]]:
    """Addresses without a scheme: sony.com.cn/tv and service@sony.com, but not node.js, 3.5mm or a file name."""
    for match in _RUN.finditer(folded):
        run = match.group()
        if "." not in run:
            continue
        lead = len(run) - len(run.lstrip("._+-"))
        name = re.split(r"[/?#]", run[lead:], maxsplit=1)[0]
        mailbox, _, host = name.rpartition("@")
        host = host.rstrip("._+-")
        has_path = len(run) > lead + len(name)
        if is_domain(host) and (mailbox or host.startswith("www.") or _is_plain_host(host)):
            yield match.start() + lead, match.end() if has_path else match.start() + lead + len(name.rstrip("._+-"))


def _is_plain_host(host: str) -> bool:
    return _TOP_LEVELS.fullmatch(host.rpartition(".")[2]) is not None and _ITEM.match(host) is None
