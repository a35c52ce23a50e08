"""What one test may take of the processor, so that `make test` does not grow by accident."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

# The dearest takes 15 s; where others use the same cores, each of those is worth less.
MOST_SECONDS = 60.0


@contextmanager
def within_budget(item: pytest.Item, most: float = MOST_SECONDS) -> Iterator[None]:
    """Fail a test that takes more than `most` seconds of the processor in this process, unless it is marked `long`."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    if spent > most and item.get_closest_marker("long") is None:
        pytest.fail(
            f"took {spent:.0f} s of the processor, {most:.0f} at most: let it do less, and mark what does all `long`"
        )
