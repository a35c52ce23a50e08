"""Checks the rows of a list of questions: which can be taken, and why the others cannot."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from answerlens_common.text.folding import question_key
from answerlens_orders.fields import clean
from answerlens_orders.keywords.list_reading import ListedRow

MOST_CHARACTERS: Final = 200
"""Of a question, the keyword in it not counted: what is longer is no question."""
_MOST_IN_ALL: Final = 10 * MOST_CHARACTERS
_MOST_SHOWN: Final = 80


@dataclass(frozen=True)
class TakenQuestion:
    """A question that can be taken; `question_id` is the same for questions that differ by case, width or marks."""

    line: int
    question_id: str
    text: str


@dataclass(frozen=True)
class RefusedQuestion:
    """A row that cannot be taken: the beginning of its question, and why."""

    line: int
    question: str
    reason: str


def check_rows(rows: Sequence[ListedRow], keyword: str) -> tuple[list[TakenQuestion], list[RefusedQuestion]]:
    """The rows that can be taken for a keyword, each question once, and those that cannot."""
    taken: dict[str, TakenQuestion] = {}
    refused: list[RefusedQuestion] = []
    for row in rows:
        try:
            text = _question(row, keyword)
            question_id = f"list-{hashlib.sha256(question_key(text).encode()).hexdigest()[:16]}"
            _refuse_again(taken.get(question_id))
        except ValueError as error:
            refused.append(refuse(row.line, row.question, str(error)))
        else:
            taken[question_id] = TakenQuestion(row.line, question_id, text)
    return list(taken.values()), refused


def refuse(line: int, question: str, reason: str) -> RefusedQuestion:
    """A row that is refused."""
    return RefusedQuestion(line, question[:_MOST_SHOWN], reason)


def _question(row: ListedRow, keyword: str) -> str:
    if row.keyword and clean(row.keyword, "NFKC", _MOST_IN_ALL) != keyword:
        message = f"is of the keyword {row.keyword[:_MOST_SHOWN]}"
        raise ValueError(message)
    text = clean(row.question, "NFC", _MOST_IN_ALL)
    length = len(text.replace(keyword, ""))
    if length > MOST_CHARACTERS:
        message = f"must have at most {MOST_CHARACTERS} characters beside the keyword, has {length}"
        raise ValueError(message)
    return text


def _refuse_again(earlier: TakenQuestion | None) -> None:
    if earlier is not None:
        message = f"asks the same as line {earlier.line}"
        raise ValueError(message)
