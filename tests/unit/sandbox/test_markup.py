from answerlens_sandbox.answer import Passage
from answerlens_sandbox.markup import references, to_html
from answerlens_sandbox.sources import Source

SOURCES = (
    Source(1, "https://a.example/x?a=1&b=2", "标题<一>", "", "网易", None, cited=True, brand=None),
    Source(2, "https://b.example/", "标题二", "", "", None, cited=False, brand=None),
)


def test_markdown_becomes_html() -> None:
    passages = tuple(
        Passage(text)
        for text in ("开头", "", "### 标题", "1. **甲**：好", "2. 乙", "| 品 | 评 |", "| --- | --- |", "| 甲 | 优 |")
    )
    assert to_html(passages, ()).split("\n") == [
        "<p>开头</p>",
        "<h3>标题</h3>",
        "<ol><li><b>甲</b>：好</li><li>乙</li></ol>",
        "<table><tr><td>品</td><td>评</td></tr><tr><td>甲</td><td>优</td></tr></table>",
    ]


def test_cited_sources_are_links_and_text_is_escaped() -> None:
    html = to_html((Passage("a < b", (1,)),), SOURCES)
    assert 'a &lt; b（<a href="https://a.example/x?a=1&amp;b=2"' in html
    assert "b.example" not in html


def test_all_sources_are_listed() -> None:
    html = references(SOURCES)
    assert html.count("<li>") == 2
    assert "标题&lt;一&gt;" in html
    assert references(()) == ""
