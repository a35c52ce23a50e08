"""What is remembered is bounded in bytes: many names and addresses, and long ones, leave little behind."""

import itertools
import tracemalloc
from collections.abc import Iterator

import pytest

from answerlens_common.text.links import read_link
from answerlens_common.text.matching.variants import spellings

MEGABYTE = 1024 * 1024
# Each of these has three traditional forms or more, so that three of them are written in dozens of ways.
MANY_FORMS = "台发干系复历只面里后松谷准制卷"


def held_mb(work: Iterator[object]) -> float:
    """What is left in memory of work."""
    tracemalloc.start()
    try:
        for _ in work:
            pass
        return tracemalloc.get_traced_memory()[0] / MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.case("o15")
def test_names_with_many_spellings_leave_little() -> None:
    spellings("台")  # its tables are there for good
    names = (f"{''.join(name)}{letter}" for name in itertools.permutations(MANY_FORMS, 3) for letter in "甲乙丙丁")
    assert held_mb(spellings(name) for name in names) < 14


@pytest.mark.case("o15")
def test_long_addresses_leave_little() -> None:
    read_link("https://www.example.com")  # the list of suffixes is there for good
    addresses = (f"https://www.example{n}.com/{n}/{'x' * 3000}" for n in range(20_000))
    assert held_mb(read_link(address) for address in addresses) < 20
