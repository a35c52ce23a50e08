"""The JSON objects in a language model's reply: some models write their thoughts, a sentence or a fence around them."""

import json
import re
from collections.abc import Iterator
from typing import Final

# Some endpoints send a thought without its opening tag; one without its end was cut off, and holds no answer.
_THOUGHTS: Final = re.compile(r"\A.*</(?P<tag>think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE)
_UNFINISHED: Final = re.compile(r"<(?:think|thinking|thought|reasoning)>.*\Z", re.DOTALL | re.IGNORECASE)
_MOST_OBJECTS: Final = 200
_DECODER: Final = json.JSONDecoder()


def objects_in(reply: str) -> Iterator[str]:
    """The whole reply, then its outermost JSON objects, the last one first: what a model settles on comes last.

    Thoughts are left out. Text that begins like an object and is none counts towards a bound, so that a reply made
    of braces stays cheap.
    """
    text = _UNFINISHED.sub("", _THOUGHTS.sub("", reply)).strip()
    yield text
    yield from reversed(list(_outermost(text)))


def _outermost(text: str) -> Iterator[str]:
    at = 0
    for _ in range(_MOST_OBJECTS):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            _, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield text[at:end]
            at = end
