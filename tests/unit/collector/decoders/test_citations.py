import pytest

from answerlens_collector.decoders.citations import CITATION, REFERENCE, take_citations, take_marks


@pytest.mark.parametrize(
    ("text", "clean", "cited"),
    [
        ("索尼不错[citation:3]。", "索尼不错。", (3,)),
        ("索尼 [citation:3][citation:1]，再看[citation:3]", "索尼，再看", (3, 1)),
        ("索尼[citation:2,10]", "索尼", (2, 10)),
        ("第一段[citation:1]\n\n第二段", "第一段\n\n第二段", (1,)),
        ("没有标记[引用1]", "没有标记[引用1]", ()),
        ("断了的[citation:", "断了的[citation:", ()),
    ],
)
def test_marks_are_taken_out_and_named(text: str, clean: str, cited: tuple[int, ...]) -> None:
    assert take_citations(text) == (clean, cited)


def test_each_kind_of_mark_is_taken_by_itself() -> None:
    text = "索尼[citation:3] 与[reference:0] 森海"
    assert take_marks(text, REFERENCE) == ("索尼[citation:3] 与 森海", (0,))
    assert take_marks(text, CITATION) == ("索尼 与[reference:0] 森海", (3,))
