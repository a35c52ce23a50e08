"""The stretches of a text that are not read as text: addresses and the targets of links.

Works on folded text, in linear time: every pattern is a run of characters that cannot be entered twice.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from answerlens_common.text.links import is_domain
from answerlens_common.text.matching.folded import FoldedText

# Chinese characters belong to an address only inside its path: …/item/索尼, but not https://www.mi.com小米.
_CJK: Final = r"\u3400-\u4dbf\u4e00-\u9fff"
_ADDRESS: Final = re.compile(
    rf"(?:https?|ftp)://[^\s/?#<>()\[\]\"'`|、。,!;《》「」【】“”‘’{_CJK}]*+"
    rf"(?:[/?#](?:[^\s<>()\[\]\"`|、。!;《》「」【】“”‘’{_CJK}]|(?<=[/=?#_-])[{_CJK}]++)*+)?+"
)
_LINK_TARGET: Final = re.compile(r"\]\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)")
# Only elements that answers are written with, as HTML writes them: 延迟<a级 … 功耗>5 is prose.
_ELEMENTS: Final = (
    "a|abbr|article|b|blockquote|br|button|caption|cite|code|col|dd|del|details|div|dl|dt|em|figure|font|h[1-6]|hr|i"
    "|iframe|img"
    "|input|ins|kbd|label|li|link|mark|ol|p|pre|q|s|script|section|small|source|span|strong|style|sub|summary|sup"
    "|svg|table|tbody"
    "|td|tfoot|th|thead|tr|u|ul|video"
)
_TAG: Final = re.compile(rf"<(?:/?(?:{_ELEMENTS})(?:\s++[a-z:-]++=[^<>\n]*+)?\s*+/?|!--[^<>\n]*+)>")
# What ends an address when it is written at full width: https://www.sony.com,Sony的电视 with a Chinese comma.
_FULL_WIDTH_ENDS: Final = re.compile("[\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]")  # ! ( ) , : ; ?
# Of an address without scheme, www or mailbox. The public-suffix list also has brands of their own as top-level
# domains, and "2.Apple" and "Bose.Sony" are no addresses; of two letters are the countries' domains.
_TOP_LEVELS: Final = re.compile(
    "[a-z]{2}|com|net|org|gov|edu|info|biz|mobi|asia|app|dev|xyz|top|vip|club|shop|store|online|site|website|tech"
    "|cloud|link|live|wiki"
    "|news|fun|ltd|wang|ink|group|pub|work|email|space|life|world|today|blog|games|design|studio|agency|academy"
)
# Numbers that lead an item of a list, but 163.com and 360.cn are addresses.
_ITEM: Final = re.compile(r"(?:top|no)?\d{1,3}\.(?!(?:com|cn|net|org|cc)$)[a-z0-9-]++$")
# A run of an address's characters with its path; whether it is a host is looked up. Every run matches, whole.
_RUN: Final = re.compile(r"[a-z0-9@._+-]++(?:[/?#][a-z0-9/?#&=%._~+-]*+)?+")
_ENDS: Final = "._+-"
_PATH: Final = re.compile(r"[/?#]")
_PART: Final = re.compile(r"[^+]++")
_FILE: Final = re.compile(
    r"[a-z0-9]\.(?:pdf|docx?|xlsx?|pptx?|csv|txt|md|html?|json|xml|zip|rar|7z|gz|apk|exe|dmg|iso|jpe?g|png|gif|webp"
    r"|svg|mp[34]|mov|wav)$"
)
_DOMAIN: Final = re.compile(r"\.(?:com|cn|net|org|com\.cn)(?![a-z])")
_SENTENCE: Final = re.compile(r"\.[A-Z][a-z]$")


def is_domain_label(folded: str, end: int) -> bool:
    """Whether what ends here is the label of a domain in Chinese: 京东.com."""
    return _DOMAIN.match(folded, end) is not None


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
    spans.extend((start, _until_full_width(text, start, end)) for start, end in _host_spans(text))
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


def _host_spans(text: FoldedText) -> Iterator[tuple[int, int]]:
    """Addresses without a scheme and file names: sony.com.cn/tv, service@sony.com, sony.pdf, but not node.js, 3.5mm.

    A page writes how many sources it hides behind one as a number: wilson.com+1amazon.com+1 are two hosts.
    """
    for match in _RUN.finditer(text.folded):
        run = match.group()
        if "." not in run:
            continue
        if _FILE.search(run):
            yield match.span()
            continue
        path = _PATH.search(run)
        name = run if path is None else run[: path.start()]
        parts = [(0, len(name))] if "@" in name else [part.span() for part in _PART.finditer(name)]
        for nth, part in enumerate(parts, start=1):
            begin, end = (match.start() + at for at in _without_ends(name, *part))
            if begin < end and _is_host(text, begin, end):
                has_path = path is not None and nth == len(parts)
                yield begin, match.end() if has_path else end


def _without_ends(name: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the punctuation at its ends."""
    part = name[start:end]
    return start + len(part) - len(part.lstrip(_ENDS)), end - (len(part) - len(part.rstrip(_ENDS)))


def _is_host(text: FoldedText, start: int, end: int) -> bool:
    mailbox, _, host = text.folded[start:end].rpartition("@")
    if not is_domain(host):
        return False
    return bool(mailbox) or host.startswith("www.") or (_is_plain_host(host) and not _is_sentence(text, start, end))


def _is_plain_host(host: str) -> bool:
    return _TOP_LEVELS.fullmatch(host.rpartition(".")[2]) is not None and _ITEM.match(host) is None


def _is_sentence(text: FoldedText, start: int, end: int) -> bool:
    """Whether the end is the next sentence without a space ("Sony.It is good"), not a host in Italy."""
    return _SENTENCE.search(text.original[slice(*text.original_span(start, end))]) is not None
