import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerlens_common.text.matching import FoldedText, fold_text, refold
from answerlens_common.text.matching.folded import _INVISIBLE, fold

INVISIBLE = "\u200b\ufe0f\ufeff"
TEXTS = st.text(
    st.one_of(
        st.sampled_from(
            "索尼SoNyＳｏ 　。，…①㎏℃½ßİéⅣ\n" + INVISIBLE + "e\u0301\u3099か\uff76\uff9e\u1112\u1161\u11ab"
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=30,
)


def whole(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＳＯＮＹ　Sony", "sony sony"),
        ("①索尼…", "1索尼..."),
        ("Stra\u00dfe", "strasse"),
        ("cafe\u0301", "caf\u00e9"),
        ("iP\u200bhone", "iphone"),
        ("ソニー ｿﾆｰ", "ソニー ソニー"),
    ],
)
def test_width_case_and_invisible_characters_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXTS)
def test_folding_is_unicodes_own(text: str) -> None:
    if not _INVISIBLE.search(text):
        assert fold(text) == whole(text)


@given(TEXTS)
def test_every_folded_character_leads_back_to_what_it_was_made_from(text: str) -> None:
    result = fold_text(text)
    position = 0
    while position < len(result.folded):
        start, end = result.original_span(position, position + 1)
        assert 0 <= start < end <= len(text)
        piece = fold(text[start:end])
        assert result.folded.startswith(piece, position)
        assert result.original_span(position, position + len(piece)) == (start, end)
        position += len(piece)


@given(TEXTS)
def test_spans_keep_the_order_of_the_original(text: str) -> None:
    result = fold_text(text)
    starts = [result.original_span(i, i + 1)[0] for i in range(len(result.folded))]
    assert starts == sorted(starts)


@given(TEXTS)
def test_a_stored_folded_text_is_put_together_again(text: str) -> None:
    result = fold_text(text)
    assert refold(text, result.folded) == result
    assert FoldedText(text, result.folded, result.irregular) == result


def test_a_chinese_answer_needs_no_map() -> None:
    assert fold_text("1. 索尼（Sony）：音质均衡，适合通勤。\n").irregular == ()
