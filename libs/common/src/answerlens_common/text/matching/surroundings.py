"""What counts as near a name: its sentence, and for an item of a list or table also the line before the list."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

_SENTENCE_END: Final = re.compile(r"[。!?\n]|\.(?=\s)")
_ITEM: Final = re.compile(r"\s*+(?:[-*+•·>|]|\d{1,3}[.、)]|\(?[一二三四五六七八九十]{1,3}[、)])")
_HEADING: Final = re.compile(r"\s*+#")


class Surroundings:
    """The neighbourhoods of one folded text, worked out in one pass over its lines."""

    def __init__(self, folded: str) -> None:
        self._ends = [match.end() for match in _SENTENCE_END.finditer(folded)]
        self._ends.append(len(folded))
        self._lines: list[int] = []
        self._introductions: list[tuple[tuple[int, int], ...] | None] = []
        heading: tuple[int, int] | None = None
        introduction: tuple[int, int] | None = None
        header: tuple[int, int] | None = None
        position = 0
        for line in folded.splitlines(keepends=True):
            span = (position, position + len(line))
            is_item = bool(_ITEM.match(line))
            if not (line.lstrip().startswith("|")):
                header = None
            elif header is None:
                header = span
            if _HEADING.match(line):
                heading, introduction = span, None
            elif not is_item and line.strip():
                introduction = span
            self._lines.append(position)
            near = tuple(part for part in (heading, introduction if is_item else None, header) if part)
            self._introductions.append((span, *near) if is_item else near)
            position += len(line)

    def of(self, position: int) -> list[tuple[int, int]]:
        """The spans near the character at `position`."""
        index = bisect_right(self._ends, position)
        sentence = (self._ends[index - 1] if index else 0, self._ends[index])
        return [sentence, *(self._introductions[bisect_right(self._lines, position) - 1] or ())]


def any_within(starts: Sequence[int], length: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a word of this length that begins at one of the sorted `starts` lies within one of the spans."""
    for begin, end in spans:
        index = bisect_left(starts, begin)
        if index < len(starts) and starts[index] + length <= end:
            return True
    return False
