"""From what a search returns to clean questions, each once."""

import html
import re
from collections.abc import Iterable
from typing import Any

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.text.folding import question_key, without_invisible
from answerlens_searcher.source import ChangedShapeError, SourceQuestion

MOST_QUESTIONS = 100
LONGEST = 200

# How a search marks what it found. Only pairs: HTML 里 <em> 是什么 and vector<int> are questions about markup.
_HIGHLIGHT = re.compile(
    r"<(em|b|strong|mark|i|u|span|font|a|p)(?:\s[^<>]*)?>(?P<inside>.*?)</\1\s*>", re.IGNORECASE | re.DOTALL
)
_SPACES = re.compile(r"\s+")
# what people put into a question without asking anything else
_PARTICLES = re.compile(r"^请问|的|[呢吗啊呀吧哦嘛]+$")
# what a result may be about
_KINDS = {"answer", "question", "article", "zvideo", "pin", "people"}


def clean(text: str) -> str:
    """A title as a reader sees it: entities may be escaped twice around tags, hence twice."""
    shown = html.unescape(_unmarked(html.unescape(_unmarked(text))))
    return _SPACES.sub(" ", without_invisible(shown)).strip()


def _unmarked(text: str) -> str:
    """The text without pairs of tags that mark a part of it, whatever they enclose."""
    before = ""
    while before != text:
        before, text = text, _HIGHLIGHT.sub(r"\g<inside>", text)
    return text


def from_search(items: Iterable[Any]) -> list[SourceQuestion]:
    """The questions among the items of Zhihu's `search_v3`, advertisements and clubs left out.

    Raises:
        ChangedShapeError: an item is not what it was.
    """
    found, unknown = [], 0
    for item in items:
        if not isinstance(item, dict) or "type" not in item:
            where = "an item of the result has no type"
            raise ChangedShapeError(where)
        if item["type"] != "search_result":
            continue
        thing = _mapping(item.get("object"))
        kind = thing.get("type")
        if kind not in _KINDS:
            unknown += 1
        if kind not in {"answer", "question"}:
            continue
        question = _mapping(thing.get("question")) if kind == "answer" else thing
        # sources disagree on the field; `highlight` holds the title when both are missing
        title = question.get("name") or question.get("title") or _highlighted(item.get("highlight"))
        if question.get("id") and isinstance(title, str) and title:
            number = str(question["id"])
            url = f"https://www.zhihu.com/question/{number}"
            found.append(SourceQuestion(clean(title), number, url, QuestionOrigin.ZHIHU_PAGE))
        else:
            unknown += 1
    if unknown and not found:
        where = f"none of {unknown} results can be read"
        raise ChangedShapeError(where)
    return found


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _highlighted(highlight: object) -> str:
    title = highlight.get("title") if isinstance(highlight, dict) else None
    if isinstance(title, list):
        title = "".join(map(str, title))
    return title if isinstance(title, str) else ""


def distinct(questions: Iterable[SourceQuestion], keyword: str = "") -> list[SourceQuestion]:
    """The first of each question; those that differ by case, width, punctuation or a final particle are the same.

    Left out is what is too long for a question, not counting the keyword in it.
    """
    first: dict[str, SourceQuestion] = {}
    numbers: set[str] = set()
    for question in questions:
        key = _PARTICLES.sub("", question_key(question.text))
        length = len(question.text.replace(keyword, ""))
        if key and length <= LONGEST and question.question_id not in numbers:
            numbers.add(question.question_id)
            first.setdefault(key, question)
    return list(first.values())
