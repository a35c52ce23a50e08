"""The matcher against a plain re-telling of its rules: every name at every place, every cut of the run.

Without the benefit of the doubt (`readings`), and with names that are looked for as they are written.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerlens_common.text.matching import BrandNames, Matcher, Mention, boundaries, fold_text, segmentation
from answerlens_common.text.matching.compounds import is_the_name_with_more
from answerlens_common.text.matching.lexicon import load_lexicon
from answerlens_common.text.matching.phrases import describes
from answerlens_common.text.matching.segmentation import NAME_COUNT

# Characters that make words with one another across every edge, and Latin glued to them.
ALPHABET = "小米粥最美的风景人格力量获得物质很李公司aS1, "
NAMES = st.one_of(
    st.sampled_from(["小米", "小米粥", "美的", "格力", "得物", "aS", "S", "S1", "量", "美的风", "物质"]),
    st.text(ALPHABET.replace(" ", "").replace(",", ""), min_size=1, max_size=3),
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(["小米粥", "最美的", "风景", "人格", "力量", "获得", "物质", "很美的", "小米公司", "aS", "1"]),
        st.sampled_from(["ａＳ", "１", "https://x.cn/小米 ", "真是太美的", "李小米", "，"]),
        st.sampled_from(ALPHABET),
    ),
    max_size=12,
).map(lambda parts: "".join(parts)[:24])


@pytest.fixture(autouse=True, scope="module")
def _without_doubt() -> Iterator[None]:
    boundaries._stands_as_word.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segmentation, "doubt", lambda *_: 0.0)
        yield
    boundaries._stands_as_word.cache_clear()


def cut(run: str, at: tuple[int, int]) -> float:
    """The best sum over all cuts of the run; compounds of the name at `at` are no words."""
    lexicon = load_lexicon()

    @cache
    def best(i: int) -> float:
        if i == len(run):
            return 0.0
        options = []
        for j in range(i + 1, len(run) + 1):
            word = lexicon.words.get(run[i:j])
            around = i <= at[0] and at[1] <= j and (i, j) != at
            if word and not (around and is_the_name_with_more(run, at, (i, j), lexicon)):
                options.append(word.log_probability + best(j))
            elif not word and j == i + 1:
                options.append(best(j) - lexicon.log_total)
        return max(options)

    return best(0)


def is_word(text: str, start: int, end: int) -> bool:
    lexicon = load_lexicon()
    han = re.compile("[\u4e00-\u9fff]*")
    left = start - len(han.match(text[:start][::-1])[0]) if han.match(text[start])[0] else start  # type: ignore[index]
    right = end + len(han.match(text[end:])[0]) if han.match(text[end - 1])[0] else end  # type: ignore[index]
    if left < start and text[left] == "米" and re.search("[0-9] ?$", text[:left]):
        left += 1  # 1米 is a length
    run = text[left:right]
    s = start - left
    e = end - left
    name = max(math.log(NAME_COUNT) - lexicon.log_total, cut(run[s:e], (0, e - s)))
    if (
        e - s == 2
        and run[:s].endswith("李")
        and math.isclose(cut(run[: s - 1], (99, 99)) + cut("李", (99, 99)), cut(run[:s], (99, 99)))
    ):
        return False  # a person
    if cut(run[:s], (99, 99)) + name + cut(run[e:], (99, 99)) < cut(run, (s, e)) - 1e-9:
        return False
    return not any(
        describes(run, s, e, i, lexicon)
        and math.isclose(cut(run[:i], (99, 99)) + cut(run[i:s], (99, 99)), cut(run[:s], (99, 99)))
        for i in range(max(s, 1))  # also with nothing before it
    )


def ends_word(written: str, name: str) -> bool:
    """Whether a Latin name ends before what is written behind it, though that is a letter."""
    if len(name) < 3:
        return False
    if re.match("[A-Z]", written) and name[-1].islower():
        return not re.match("[A-Z][a-z]+(?![A-Za-z0-9])|(OS|UI|AI|GPT)(?![A-Za-z0-9])", written)
    if re.match("[A-Z][a-z]", written) and not name[-1].islower():
        return True
    return bool(re.match("[A-Z]{1,3}[0-9]|[a-z]{1,2}[0-9]", written))


def stands(text: str, original: str, start: int, end: int) -> bool:
    name = text[start:end]
    before, after = text[:start][-1:], text[end:][:1]
    if re.match("[a-z0-9]", name) and re.match("[a-z0-9]", before):
        return False
    if name[0].isdigit() and re.search("[0-9０-９][.,]$", original[:start]):
        return False  # the second half of a number such as 1,1
    written = unicodedata.normalize("NFKC", original)[end:]
    if name[-1].isdigit() and (re.match("[0-9]", after) or re.match("[A-Za-z](?<![A-Z](?=[a-z]))", written)):
        return False
    if re.search("[a-z]$", name):
        if after.isdigit() and len(name) < 3:
            return False
        if re.match("[a-z]", after) and not ends_word(written, unicodedata.normalize("NFKC", original)[start:end]):
            return False
    return is_word(text, start, end)


def reference(names: list[str], text: str) -> list[Mention]:
    folded = unicodedata.normalize("NFKC", text).lower()
    hidden = {at for match in re.finditer("https://[^ ,]*", folded) for at in range(*match.span())}
    spans = {
        (start, start + len(name), key)
        for key, name in enumerate(map(str.lower, names))
        for start in range(len(folded))
        if start not in hidden
        if folded.startswith(name, start) and stands(folded, text, start, start + len(name))
    }
    mentions = []
    while spans:
        start, end, _ = min(spans, key=lambda span: (span[0] - span[1], span[0]))
        mentions += [Mention(str(key), s, e) for s, e, key in spans if (s, e) == (start, end)]
        spans = {span for span in spans if span[1] <= start or span[0] >= end}
    return sorted(mentions, key=lambda mention: (mention.start, mention.end, mention.brand_key))


@pytest.mark.parametrize("examples", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_the_matcher_agrees_with_a_naive_search(examples: int) -> None:
    @given(st.lists(NAMES, min_size=1, max_size=6), TEXTS)
    @settings(max_examples=examples, deadline=None)
    def agrees(names: list[str], text: str) -> None:
        matcher = Matcher(BrandNames(str(key), name, exact=True) for key, name in enumerate(names))
        assert matcher.find(fold_text(text)) == reference(names, text)

    agrees()
