"""Checks a row of a file of answers: what it says can be taken, or why it cannot. A row is never tried twice."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from answerlens_collection.answers.answer import Link, storable
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.text.matching import fold_text
from answerlens_orders.fields import clean
from answerlens_orders.imports.formats import NO_LINKS, REQUIRED
from answerlens_orders.imports.raw import RawRow

MOST_QUESTION_CHARACTERS: Final = 500
MOST_ANSWER_CHARACTERS: Final = 200_000
MOST_KEYWORD_CHARACTERS: Final = 255
MOST_NAME_CHARACTERS: Final = 255
"""Of a model, and of an answer's name elsewhere."""
MOST_LINKS: Final = 500
MOST_URL_CHARACTERS: Final = 2_000
MOST_REPLICATES: Final = 1_000
_ENGINE: Final = re.compile(r"[a-z][a-z0-9-]{1,30}")
_WEB: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_FIELDS_OF_LINK: Final = ("url", "title", "site")

T = TypeVar("T")


@dataclass(frozen=True)
class CheckedRow:
    """A row that can be taken.

    Attributes:
        replicate: which of the times the question was asked; None when the file does not say.
        mark: the same for two rows that tell of one answer; without a name or a replicate only `ok` ones can.
        citations_known: whether the file says which links the answer cites, or that it cites none.
    """

    line: int
    engine: str
    question: str
    replicate: int | None
    mark: str
    status: AnswerStatus
    answer_text: str
    folded_text: str
    citations_known: bool
    links: tuple[Link, ...]
    asked_at: dt.datetime | None
    model: str | None
    external_id: str | None


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot be taken; `field` is empty where all of it is at fault."""

    line: int
    field: str
    reason: str


class _FaultyError(Exception):
    """A field of a row cannot be taken."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


def check_row(row: RawRow, zone: dt.tzinfo) -> CheckedRow | RefusedRow:
    """What a row says, or why it cannot be taken; a moment without an offset is one of `zone`."""
    try:
        return _checked(row.line, _content_of(row), zone)
    except _FaultyError as error:
        return RefusedRow(row.line, error.field, error.reason)


def _content_of(row: RawRow) -> Mapping[str, Any]:
    if row.content is None:
        raise _FaultyError(field="", reason=row.reason)
    if isinstance(row.content, dict):
        # an empty cell says nothing
        return {column: cell for column, cell in row.content.items() if column in REQUIRED or cell.strip()}
    try:
        content = json.loads(row.content)
    except (ValueError, RecursionError) as error:
        reason = "is not JSON" if isinstance(error, RecursionError) else f"is not JSON: {error}"
        raise _FaultyError(field="", reason=reason) from None
    if not isinstance(content, dict):
        raise _FaultyError(field="", reason="must be a JSON object")
    return {column: value for column, value in content.items() if value is not None}


def _checked(line: int, content: Mapping[str, Any], zone: dt.tzinfo) -> CheckedRow:
    for column in REQUIRED:
        if column not in content:
            raise _FaultyError(field=column, reason="is missing")
    question = _of(content, "question", _cleaned("NFC", MOST_QUESTION_CHARACTERS))
    engine = _of(content, "engine", _engine)
    _optional(content, "keyword", _cleaned("NFKC", MOST_KEYWORD_CHARACTERS))
    status = _optional(content, "status", _status) or AnswerStatus.OK
    answer = _of(content, "answer", _answer)
    if status is AnswerStatus.OK and not answer.strip():
        raise _FaultyError(field="answer", reason="must not be empty where the status is ok")
    asked_at = _optional(content, "asked_at", lambda value: _moment(value, zone))
    replicate = _optional(content, "replicate", _replicate)
    external_id = _optional(content, "external_id", _name)
    # refusals and failures are alike: each counts, or a bad day would look better than it was
    all_of_it = ("text", question, answer, asked_at and asked_at.isoformat())
    told = all_of_it if status is AnswerStatus.OK else ("line", line)
    cited = _optional(content, "links", lambda value: _links(value, cited=True))
    listed = _optional(content, "listed_links", lambda value: _links(value, cited=False))
    return CheckedRow(
        line=line,
        engine=engine,
        question=question,
        replicate=replicate,
        mark=_mark(external_id, replicate, question, told),
        status=status,
        answer_text=answer,
        folded_text=fold_text(answer).folded,
        citations_known=cited is not None,
        links=_joined(cited or (), listed or ()),
        asked_at=asked_at,
        model=_optional(content, "model", _name),
        external_id=external_id,
    )


def _of(content: Mapping[str, Any], field: str, read: Callable[[Any], T]) -> T:
    try:
        return read(content[field])
    except ValueError as error:
        raise _FaultyError(field=field, reason=str(error)) from None


def _optional(content: Mapping[str, Any], field: str, read: Callable[[Any], T]) -> T | None:
    return _of(content, field, read) if field in content else None


def _cleaned(form: Any, longest: int) -> Callable[[Any], str]:  # noqa: ANN401 - the literal of `clean`
    return lambda value: clean(storable(_text(value)), form, longest)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    message = "must be a text"
    raise ValueError(message)


def _engine(value: object) -> str:
    name = _text(value).strip().lower()
    if _ENGINE.fullmatch(name):
        return name
    message = "must be a name of 2 to 31 letters a-z, digits and -, such as deepseek"
    raise ValueError(message)


def _status(value: object) -> AnswerStatus:
    name = _text(value).strip().lower()
    if name in set(AnswerStatus):
        return AnswerStatus(name)
    message = f"must be one of {', '.join(AnswerStatus)}"
    raise ValueError(message)


def _answer(value: object) -> str:
    text = storable(_text(value))
    if len(text) > MOST_ANSWER_CHARACTERS:
        message = f"must have at most {MOST_ANSWER_CHARACTERS} characters, has {len(text)}"
        raise ValueError(message)
    return text


def _name(value: object) -> str:
    # a number is a name elsewhere
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    return clean(storable(text), "NFC", MOST_NAME_CHARACTERS)


def _replicate(value: object) -> int:
    text = str(value).strip() if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_REPLICATES)):
        number = int(text)
        if 1 <= number <= MOST_REPLICATES:
            return number
    message = f"must be a whole number from 1 to {MOST_REPLICATES}"
    raise ValueError(message)


def _moment(value: object, zone: dt.tzinfo) -> dt.datetime:
    text = _text(value).strip()
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        message = "must be a moment, such as 2026-01-31T14:05:00+08:00"
        raise ValueError(message) from None


def _links(value: object, *, cited: bool) -> tuple[Link, ...] | None:
    """Links of a list (addresses, or objects with url, title, site), or of a cell, apart by white space.

    A cell says that there are none by `none` or `[]`; one that is empty says nothing, which is None.
    """
    if isinstance(value, str) and not value.strip():
        return None
    items = _items(value)
    if len(items) > MOST_LINKS:
        message = f"must have at most {MOST_LINKS} links, has {len(items)}"
        raise ValueError(message)
    return tuple(_link(item, cited=cited) for item in items)


def _items(value: object) -> Sequence[object]:
    if isinstance(value, str):
        return [] if value.strip().lower() in NO_LINKS else value.split()
    if isinstance(value, list):
        return value
    message = "must be a list of links, or a text with white space between them"
    raise ValueError(message)


def _link(item: object, *, cited: bool) -> Link:
    given = {"url": item} if isinstance(item, str) else item
    if not isinstance(given, dict) or not all(isinstance(given.get(one, ""), str) for one in _FIELDS_OF_LINK):
        message = "each link must be an address, or an object with url, and title and site if there are any"
        raise ValueError(message)
    url, title, site = (given.get(one, "").strip() for one in _FIELDS_OF_LINK)
    if not _WEB.match(url) or len(url) > MOST_URL_CHARACTERS:
        message = f"{url[:60]!r} is not a link: http:// or https://, and at most {MOST_URL_CHARACTERS} characters"
        raise ValueError(message)
    return Link(url, title, site, cited)


def _joined(cited: Sequence[Link], listed: Sequence[Link]) -> tuple[Link, ...]:
    """Cited links first; one that is listed too is one link."""
    found = {link.url: link for link in reversed((*cited, *listed))}
    return tuple(found[url] for url in dict.fromkeys(link.url for link in (*cited, *listed)))


def _mark(external_id: str | None, replicate: int | None, question: str, otherwise: Sequence[object]) -> str:
    told = otherwise
    if external_id is not None:
        told = ["id", external_id]
    elif replicate is not None:
        told = ["replicate", question, replicate]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
