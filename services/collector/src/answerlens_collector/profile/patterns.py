"""The regular expressions of profiles. A profile is hostile input: they run in time linear in what they are run on.

RE2's language: what would need to try again and again (looking ahead and behind, references to groups) is not in it.
"""

import random
import re
import time
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import re2

SAMPLE_BYTES: Final = 100_000
MOST_SECONDS: Final = 0.05
_TRIES: Final = 3
_LETTERS: Final = 6
# counts, classes and flags: their letters stand for no text
_NOT_TEXT: Final = re.compile(r"\{\d+(?:,\d*)?\}|\\\w|\(\?\w*")


def is_found(pattern: str, text: str) -> bool:
    """Whether the pattern fits a part of `text`."""
    return _compiled(pattern).search(text) is not None


def fits(pattern: str, text: str) -> bool:
    """Whether the pattern fits `text` from end to end."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def checked(pattern: str) -> str:
    """The pattern itself.

    Raises:
        ValueError: it is none, or takes too long.
    """
    try:
        compiled = _compiled(pattern)
    except re2.error as error:
        said = error.args[0]
        reason = said.decode(errors="replace") if isinstance(said, bytes) else said
        message = f"is no regular expression (of RE2): {reason}"
        raise ValueError(message) from error
    for sample in _samples(pattern):
        for match in (compiled.search, compiled.fullmatch):
            tries = (_seconds(match, sample) for _ in range(_TRIES))
            if all((seconds := each) > MOST_SECONDS for each in tries):
                message = (
                    f"takes {seconds * 1000:.0f} ms on {SAMPLE_BYTES // 1000} kB, more than {MOST_SECONDS * 1000:.0f}"
                )
                raise ValueError(message)
    return pattern


@cache
def _compiled(pattern: str) -> Any:  # noqa: ANN401 the library has no types
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True  # which groups fit would take longer than whether it fits
    options.dot_nl = True
    return re2.compile(pattern, options)


def _seconds(match: Any, sample: str) -> float:  # noqa: ANN401 the library has no types
    """Of this thread's processor: a busy machine makes no pattern a bad one."""
    begun = time.thread_time()
    match(sample)
    return time.thread_time() - begun


def _samples(pattern: str) -> Iterator[str]:
    """What is bad for a pattern: long runs of what it is made of, alone and mixed."""
    made_of = re.findall(r"[^\W_]", _NOT_TEXT.sub(" ", pattern))
    letters = list(dict.fromkeys(made_of))[:_LETTERS] or ["a"]
    mixed = random.Random(0)  # noqa: S311 the same sample every time
    for some in ([letters[0]], letters[:2], letters, [*letters, " ", "\n", "。"]):
        size = max(len(letter.encode()) for letter in some)
        yield "".join(mixed.choices(some, k=SAMPLE_BYTES // size))
