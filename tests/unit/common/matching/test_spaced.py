import pytest

from answerlens_common.text.matching.spaced import Way, ways


def forms(word: str) -> set[str]:
    return {way.form for way in ways(word)}


@pytest.mark.parametrize("word", ["Demand-IQ", "Demand IQ", "DemandIQ"])
def test_each_writing_of_a_name_stands_for_the_others(word: str) -> None:
    assert forms(word) == {"demand-iq", "demand iq", "demandiq"}
    assert ways(word)[0].form == word.lower()


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("L'Oréal", "loreal"),
        ("Loreal", "l'oreal"),
        ("LOréal", "l'oreal"),
        ("Levis", "levi's"),
        ("Arcteryx", "arc'teryx"),
        ("Dr. Martens", "dr.martens"),
        ("A.O.史密斯", "ao史密斯"),
        ("华为Mate60", "华为 mate 60"),
        ("H&M", "h & m"),
        ("圣·罗兰", "圣罗兰"),
    ],
)
def test_what_a_name_may_be_typed_like(word: str, other: str) -> None:
    assert other in forms(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [("3M", "3 m"), ("1MORE", "1 more"), ("Shell", "she'll"), ("Toshiba", "to shiba"), ("小米", "小 米")],
)
def test_what_would_be_other_words(word: str, other: str) -> None:
    assert other not in forms(word)


def test_a_phrase_made_of_a_name_needs_capitals() -> None:
    assert Way("linked in", needs_capitals=True) in ways("LinkedIn")
    assert Way("a one", needs_capitals=True) in ways("A-ONE")
    assert Way("coca cola", needs_capitals=False) in ways("Coca-Cola")


def test_a_name_of_many_pieces_has_few_ways() -> None:
    assert len(ways("A1 b2-c3 d4-e5 f6-g7 h8")) < 100
