"""Which of the names found in a text count for one order, where names overlap."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from answerlens_common.text.matching.names import Mention


class Hit(NamedTuple):
    """A name that stands alone in a text, in code points of the original.

    Attributes:
        start: First code point.
        end: One past the last.
        counts: False when its surroundings say it is no mention (no context word near, an exclusion word, an
            absence). It still covers shorter names inside it.
    """

    start: int
    end: int
    counts: bool


def longest(hits: Mapping[str, Sequence[Hit]], keys: Iterable[str]) -> list[Mention]:
    """The mentions of these brands, in order of the text: where names overlap, the longest wins, then the leftmost.

    Only brands listed here cover one another, so that what one order lists never changes another's numbers. Brands
    that share a name are all mentioned where it stands.
    """
    by_span: dict[tuple[int, int], list[tuple[str, bool]]] = {}
    for key in dict.fromkeys(keys):
        for hit in hits.get(key, ()):
            by_span.setdefault((hit.start, hit.end), []).append((key, hit.counts))
    taken = bytearray(max((end for _, end in by_span), default=0))
    mentions: list[Mention] = []
    for start, end in sorted(by_span, key=lambda span: (span[0] - span[1], span[0])):
        if taken.find(1, start, end) == -1:
            taken[start:end] = b"\x01" * (end - start)
            mentions.extend(Mention(key, start, end) for key, counts in by_span[start, end] if counts)
    return sorted(mentions, key=lambda mention: (mention.start, mention.end, mention.brand_key))
