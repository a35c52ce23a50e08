import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerlens_common.text.matching import lexicon
from answerlens_common.text.matching.lexicon import Lexicon, Word
from answerlens_common.text.matching.segmentation import NAME_COUNT, cut, stands_as_word

LETTERS = "甲乙丙丁"


def best(run: str, words: dict[str, float]) -> float:
    """The highest sum over every way there is to cut the run."""
    if not run:
        return 0.0
    return max(
        words.get(run[:i], words["?"] if i == 1 else -math.inf) + best(run[i:], words) for i in range(1, len(run) + 1)
    )


@given(
    st.dictionaries(st.text(LETTERS, min_size=1, max_size=4), st.integers(1, 10**6), max_size=12),
    st.text(LETTERS, min_size=2, max_size=9),
    st.data(),
)
@settings(deadline=None)
def test_the_cut_is_the_best_of_all_cuts(counts: dict[str, int], run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    total = 10**7
    entries = {word: Word(math.log(count / total), "v") for word, count in counts.items()}
    words = {word: entry.log_probability for word, entry in entries.items()} | {"?": -math.log(total)}
    name = max(math.log(NAME_COUNT / total), best(run[start:end], words))
    with_name = best(run[:start], words) + name + best(run[end:], words)
    assert cut(run, start, end, Lexicon(entries, math.log(total))).lead == pytest.approx(best(run, words) - with_name)


def test_the_same_run_gives_the_same_answer_whatever_else_is_looked_for() -> None:
    first = stands_as_word("最美的风景", 1, 3)
    stands_as_word("最美的风景", 0, 2)
    assert stands_as_word("最美的风景", 1, 3) is first is False


def test_the_dictionary_is_read_without_its_program() -> None:
    words = lexicon.load_lexicon().words
    assert words["风景"].tag == "n"
    assert max(map(len, words)) == lexicon.MAX_WORD_LENGTH
