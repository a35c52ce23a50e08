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
_TAG: Final = re.compile(r"<[a-z/!][^<>\n]*+>")
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
    spans = [match.span() for pattern in (_ADDRESS, _TAG) for match in pattern.finditer(folded)]
    for match in _LINK_TARGET.finditer(folded):
        bracket = match.start() + 1
        if text.original[text.original_span(bracket, bracket + 1)[0]] == "(":  # "[1]（索尼）" is no link
            spans.append(match.span())
    spans.extend(_host_spans(folded))
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start < ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Zones(starts, ends)


def _host_spans(folded: str) -> Iterator[tuple[int, int]]:
    """Addresses without a scheme: sony.com.cn/tv and service@sony.com, but not node.js, 3.5mm or a file name."""
    for match in _RUN.finditer(folded):
        run = match.group()
        if "." not in run:
            continue
        lead = len(run) - len(run.lstrip("._+-"))
        name = re.split(r"[/?#]", run[lead:], maxsplit=1)[0]
        host = name.rpartition("@")[2].rstrip("._+-")
        if is_domain(host):
            has_path = len(run) > lead + len(name)
            yield match.start() + lead, match.end() if has_path else match.start() + lead + len(name.rstrip("._+-"))
