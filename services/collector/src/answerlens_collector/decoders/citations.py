"""The marks by which an answer cites its sources inline."""

import re

# [citation:3], [citation:3,5]; spaces before a mark belong to it
MARK = re.compile(r"[ \t]*\[citation:\s*(\d+(?:\s*[,，、]\s*\d+)*)\s*\]", re.IGNORECASE)
NUMBER = re.compile(r"\d+")


def take_citations(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` without its marks, and the numbers they named, each once, in order of appearance."""
    cited: dict[int, None] = {}
    for mark in MARK.finditer(text):
        cited.update(dict.fromkeys(int(number) for number in NUMBER.findall(mark[1])))
    return MARK.sub("", text).strip(), tuple(cited)
