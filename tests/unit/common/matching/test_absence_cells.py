import pytest

from answerlens_common.text.matching.absence_cells import is_heading_without_facts, is_row_without_facts


def spans(text: str) -> tuple[str, int, int]:
    before, name, after = text.split("^")
    return before + name + after, len(before), len(before + name)


@pytest.mark.parametrize(
    "text",
    [
        "| ^声朗^ | 暂无数据 |",
        "| **^声朗^** | 未找到相关信息 | — |",
        "|2|^聲朗^|暫無評測|n/a|",
        "| ^sonara^ | no data | n/a |",
        "| x |\n| ^声朗^ | 未知 |\n| y |",
    ],
)
def test_a_row_that_says_only_that_nothing_is_known(text: str) -> None:
    assert is_row_without_facts(*spans(text))


@pytest.mark.parametrize(
    "text",
    [
        "| ^索尼^ | 40db | 暂无数据 |",
        "| ^索尼^ | 无 |",
        "| ^索尼^ |",
        "| ^bose^ | no |",
        "推荐^索尼^|未知",
        "| ^索尼^的降噪耳机在同价位很能打 | 未知 |",
    ],
)
def test_a_row_that_says_something(text: str) -> None:
    assert not is_row_without_facts(*spans(text))


@pytest.mark.parametrize(
    "text", ["### ^栖木^\n暂无相关资料。", "**^栖木^**\n- 未检索到相关信息", "1. ^栖木^\n   - 暂无公开信息\n\n2. 宜家"]
)
def test_a_heading_with_nothing_known_under_it(text: str) -> None:
    assert is_heading_without_facts(*spans(text))


@pytest.mark.parametrize(
    "text", ["### ^宜家^\n便宜好看。", "### ^宜家^\n- 未知\n- 好看", "### ^宜家^", "推荐购买^宜家^\n暂无相关资料。"]
)
def test_a_heading_with_something_under_it(text: str) -> None:
    assert not is_heading_without_facts(*spans(text))
