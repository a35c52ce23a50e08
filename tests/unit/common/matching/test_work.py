"""How much work a text makes: counted, not timed. `benchmarks/matching.py` times it."""

import sys
from types import FrameType
from typing import Any

import pytest

from answerlens_common.text.matching import BrandNames, Matcher, boundaries, fold_text
from tests.support.texts import ADVERSARIAL, BRANDS, SENTENCE, names


class CountedAutomaton:
    """The automaton, and how often it was run over a text."""

    def __init__(self, automaton: Any) -> None:
        self.automaton = automaton
        self.passes = 0

    def find_matches_as_indexes(self, text: str, **options: Any) -> object:
        self.passes += 1
        return self.automaton.find_matches_as_indexes(text, **options)


def test_five_thousand_names_are_looked_for_in_one_pass_and_cut_only_around_hits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    brands = [*BRANDS, *names()]
    assert sum(len(brand.folded_names) for brand in brands) >= 5_000
    matcher = Matcher(brands)
    automaton = CountedAutomaton(matcher._automaton)
    monkeypatch.setattr(matcher, "_automaton", automaton)
    cut: list[str] = []

    def record(run: str, _start: int, _end: int) -> bool:
        cut.append(run)
        return True

    monkeypatch.setattr(boundaries, "_stands_as_word", record)
    matcher.scan(fold_text("这里没有提到任何一个牌子，只有很多很多字。" * 500))
    assert (automaton.passes, cut) == (1, [])
    found = matcher.scan(fold_text(SENTENCE * 20))
    assert automaton.passes == 2
    assert sum(map(len, found.values())) == 20 * len({"小米", "索尼", "美的"})
    assert len(cut) == 20 * len({"小米", "索尼", "美的"})


def calls(text: str) -> int:
    """How many functions are called to find brands in a text."""
    matcher, count = Matcher(BRANDS), 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    boundaries._stands_as_word.cache_clear()
    previous = sys.getprofile()
    sys.setprofile(profile)
    try:
        matcher.find(fold_text(text))
    finally:
        sys.setprofile(previous)
    return count


@pytest.mark.parametrize("part", ADVERSARIAL.values(), ids=ADVERSARIAL)
def test_a_text_twice_as_long_makes_at_most_twice_the_work(part: str) -> None:
    length = 4_000 // len(part)
    once, twice = calls(part * length), calls(part * (2 * length))
    assert twice <= 2.05 * once + 200


def test_names_that_nobody_mentions_cost_nothing() -> None:
    text = fold_text(SENTENCE)
    more = [BrandNames(f"x{n}", f"无人提起{n}") for n in range(100)]
    assert Matcher([*BRANDS, *more]).scan(text) == Matcher(BRANDS).scan(text)
