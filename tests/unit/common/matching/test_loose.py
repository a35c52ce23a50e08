import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from answerlens_common.text.matching.folded import fold
from answerlens_common.text.matching.loose import loosened, with_plain_marks


@given(st.text())
def test_no_offset_moves(text: str) -> None:
    folded = fold(text)
    assert len(loosened(folded)) == len(with_plain_marks(folded)) == len(folded)


def test_every_dash_is_one() -> None:
    dashes = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
    assert {loosened(fold(dash)) for dash in dashes} == {"-"}
    assert with_plain_marks("’\u2027") == "'·"


def test_accents_go_and_vietnamese_stays() -> None:
    assert loosened("lancôme škoda søstrene nǐ łódź") == "lancome skoda sostrene ni lodz"
    assert loosened("miền") == "miền"
    assert with_plain_marks("lancôme") == "lancôme"
    assert loosened(unicodedata.normalize("NFC", "lanco\u0302me")) == "lancome"
