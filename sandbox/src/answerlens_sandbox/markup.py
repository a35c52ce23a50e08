"""Answers as HTML, for the chat site that has no stream."""

import html
import re
from itertools import groupby

from answerlens_sandbox.answer import Passage
from answerlens_sandbox.sources import Source

_KINDS = (
    (re.compile(r"#{1,6} (.*)"), "h"),
    (re.compile(r"[-*] (.*)"), "ul"),
    (re.compile(r"\d+\. (.*)"), "ol"),
    (re.compile(r"\|[\s:|-]+\|"), "rule"),
    (re.compile(r"\|(.*)\|"), "table"),
    (re.compile(r"(.+)"), "p"),
)


def to_html(passages: tuple[Passage, ...], sources: tuple[Source, ...]) -> str:
    """Return the passages as HTML in which a cited source is an ordinary link behind its passage."""
    lines = [(kind, text + _links(passage, sources)) for passage in passages for kind, text in _line(passage.text)]
    blocks = []
    for kind, group in groupby(lines, key=lambda line: line[0]):
        texts = [text for _, text in group]
        if kind in ("ul", "ol"):
            blocks.append(f"<{kind}>" + "".join(f"<li>{text}</li>" for text in texts) + f"</{kind}>")
        elif kind == "table":
            rows = ("".join(f"<td>{cell.strip()}</td>" for cell in text.split("|")) for text in texts)
            blocks.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            tag = "h3" if kind == "h" else "p"
            blocks += [f"<{tag}>{text}</{tag}>" for text in texts]
    return "\n".join(blocks)


def references(sources: tuple[Source, ...]) -> str:
    """Return the list of all sources, cited or not, as HTML."""
    if not sources:
        return ""
    rows = "".join(
        f'<li>{_link(source.url, source.title)} <span class="site">{html.escape(source.site)}</span></li>'
        for source in sources
    )
    return f'<section class="references"><h4>参考来源</h4><ol>{rows}</ol></section>'


def _line(text: str) -> list[tuple[str, str]]:
    for pattern, kind in _KINDS:
        match = pattern.fullmatch(text)
        if match and kind != "rule":
            return [(kind, re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(match[1])))]
        if match:
            return []
    return []


def _links(passage: Passage, sources: tuple[Source, ...]) -> str:
    cited = (source for source in sources if source.index in passage.cites)
    return "".join(f"（{_link(source.url, source.site or '来源')}）" for source in cited)


def _link(url: str, text: str) -> str:
    return f'<a href="{html.escape(url)}" target="_blank" rel="noopener">{html.escape(text)}</a>'
