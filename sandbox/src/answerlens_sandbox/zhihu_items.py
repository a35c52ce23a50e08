"""What the search interface returns for a keyword: items of mixed types, in order, with duplicates across pages."""

import html
from typing import Any

from answerlens_sandbox.catalogue import Field
from answerlens_sandbox.draw import between, digits, filled, hexadecimal, pick, shuffled, unit
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots
from answerlens_sandbox.zhihu_questions import questions

Item = dict[str, Any]
PAGE = 20
_NOW = 1_795_000_000
_LONG_AGO = 200_000_000
_QUESTION_SHARE = 0.3
_SECOND_ANSWER_SHARE = 0.12
_DOUBLE_ESCAPED_SHARE = 0.35
_REPEATS = 2


def items(seed: int, about: Field) -> list[Item]:
    """Return all items of a search, in order; slice them for a page."""
    key = (seed, "items", about.keyword)
    results: list[Item] = []
    for nth, title in enumerate(questions(seed, about)):
        if unit(*key, nth, "kind") < _QUESTION_SHARE:
            results.append(_question(about, title, *key, nth))
        else:
            results.append(_answer(about, title, *key, nth))
            if unit(*key, nth, "second") < _SECOND_ANSWER_SHARE:
                results.insert(len(results) // 2, _answer(about, title, *key, nth, "second"))
    for nth, pattern in enumerate(data("questions")["dress"]["articles"]):
        where = between(0, len(results), *key, "article", nth)
        results.insert(where, _article(about, filled(pattern, slots(about, *key, "article", nth)), *key, nth))
    for nth, extra in enumerate((_related(about, *key), _club(about, *key), _advertisement(about, *key))):
        results.insert(4 + 9 * nth, extra)
    for start in range(PAGE, len(results), PAGE):
        repeated = shuffled(results[start - PAGE : start], *key, "repeat", start)[:_REPEATS]
        results[start:start] = repeated
    return [{**item, "index": index} for index, item in enumerate(results)]


def marked(text: str, keyword: str, *key: object) -> str:
    """Return text as the interface gives it: HTML entities, sometimes escaped twice, keyword in <em>."""
    escaped = html.escape(text)
    if unit(*key, "escaped") < _DOUBLE_ESCAPED_SHARE:
        escaped = escaped.replace("&", "&amp;")
    return escaped.replace(html.escape(keyword), f"<em>{html.escape(keyword)}</em>")


def _result(kind: str, title: str, excerpt: str, about: Field, rest: Item, *key: object) -> Item:
    created = _NOW - between(0, _LONG_AGO, *key, "created")
    shown: Any = {"title": marked(title, about.keyword, *key), "description": marked(excerpt, about.keyword, *key)}
    shape = pick(("text", "text", "text", "text", "lists", "none", "empty"), *key, "highlight")
    if shape == "lists":
        shown = {name: [value] for name, value in shown.items()}
    elif shape != "text":
        shown = None if shape == "none" else {}
    return {
        "type": "search_result",
        "id": digits(19, *key, "id"),
        "highlight": shown,
        "object": {
            "type": kind,
            "excerpt": marked(excerpt, about.keyword, *key),
            "voteup_count": between(0, 60, *key, "a") * between(0, 400, *key, "b"),
            "comment_count": between(0, 900, *key, "comments"),
            "favorites_count": between(0, 3000, *key, "favourites"),
            "visits_count": between(300, 900_000, *key, "visits"),
            "created_time": created,
            "updated_time": min(_NOW, created + between(0, 9_000_000, *key, "updated")),
            "author": _author(*key),
            **rest,
        },
    }


def _author(*key: object) -> Item:
    name = pick(
        ("一只柚子", "老徐数码", "慢半拍", "林间小路", "匿名用户", "阿楠不吃辣", "Momo", "数据搬运工"), *key, "author"
    )
    token = hexadecimal(8, *key, "token")
    return {"id": hexadecimal(32, *key, "author id"), "name": name, "url_token": f"u-{token}", "type": "people"}


def _excerpt(about: Field, *key: object) -> str:
    lines = shuffled(data("prose")["body"]["choose"], *key, "excerpt")[:2]
    text = filled("".join(lines).replace("**", ""), slots(about, *key, "excerpt"))
    return f"先说结论，{about.keyword}没有十全十美的。{text}"


def question_id(title: str, about: Field, seed: object) -> str:
    """Return the site's identifier of a question: nine digits, or nineteen for newer ones."""
    key = (seed, "question", about.keyword, title)
    return digits(pick((8, 9, 9, 19), *key, "length"), *key)


def _answer(about: Field, title: str, *key: object) -> Item:
    asked = question_id(title, about, key[0])
    answer = digits(10, *key, "answer")
    text = marked(title, about.keyword, *key)
    question = {"id": asked, "type": "question", "url": f"https://api.zhihu.com/questions/{asked}"}
    question["name" if unit(*key, "field") < 0.5 else "title"] = text  # noqa: PLR2004 - the two forms are as common
    excerpt = _excerpt(about, *key)
    rest = {
        "id": answer,
        "url": f"https://api.zhihu.com/answers/{answer}",
        "content": f"<p>{marked(excerpt, about.keyword, *key)}</p>",
        "answer_count": between(1, 700, *key, "answers"),
        "question": question,
    }
    return _result("answer", title, excerpt, about, rest, *key, answer)


def _question(about: Field, title: str, *key: object) -> Item:
    asked = question_id(title, about, key[0])
    rest = {
        "id": asked,
        "url": f"https://api.zhihu.com/questions/{asked}",
        "title": marked(title, about.keyword, *key),
        "answer_count": between(0, 700, *key, "answers"),
        "follower_count": between(1, 9000, *key, "followers"),
    }
    return _result("question", title, "", about, rest, *key)


def _article(about: Field, title: str, *key: object) -> Item:
    article = digits(9, *key, "article")
    rest = {
        "id": article,
        "url": f"https://api.zhihu.com/articles/{article}",
        "title": marked(title, about.keyword, *key, "article"),
        "zfav_count": between(0, 900, *key, "zfav"),
    }
    return _result("article", title, _excerpt(about, *key), about, rest, *key, "article")


def _related(about: Field, *key: object) -> Item:
    patterns = data("questions")["dress"]["related"]
    queries = [filled(pattern, slots(about, *key, "related", pattern)) for pattern in patterns]
    return {
        "type": "relevant_query",
        "id": digits(19, *key, "related"),
        "highlight": None,
        "query_list": [{"query": query, "query_id": digits(6, *key, query)} for query in queries],
    }


def _club(about: Field, *key: object) -> Item:
    club = {"id": digits(10, *key, "club"), "name": f"{about.keyword}交流圈", "type": "club", "member_count": 5213}
    return {"type": "search_club", "id": digits(19, *key, "club item"), "highlight": {}, "object": club}


def _advertisement(about: Field, *key: object) -> Item:
    body = {
        "title": f"30 天看懂{about.keyword}：从入门到精通",
        "commodity_type": "paid_column",
        "author": _author(*key),
    }
    return {
        "type": "knowledge_ad",
        "id": digits(19, *key, "ad"),
        "highlight": {},
        "object": {"header": {}, "body": body},
    }
