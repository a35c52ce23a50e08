"""What is read of an admin's list of questions, and which of its rows are taken."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest

from answerlens_orders.keywords.list_checking import check_rows
from answerlens_orders.keywords.list_reading import (
    MOST_ROWS,
    MOST_UNPACKED_BYTES,
    ListedRow,
    UnreadableList,
    read_list,
)

KEYWORD = "蓝牙耳机"


def excel(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_lines_are_questions() -> None:
    rows = read_list("lines", "\ufeff蓝牙耳机怎么选？\r\n\n  \n蓝牙耳机防水吗\n")
    assert rows == [ListedRow(1, "蓝牙耳机怎么选？"), ListedRow(4, "蓝牙耳机防水吗")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("column", ["question", "Question", "问题"])
def test_a_table_has_a_column_of_questions(delimiter: str, column: str) -> None:
    table = (
        delimiter.join(("编号", column)) + "\n" + delimiter.join(("1", '"多行的\n问题"')) + "\n" + f"2{delimiter}怎么选"
    )
    assert read_list("csv", table) == [ListedRow(2, "多行的\n问题"), ListedRow(4, "怎么选")]


def test_a_sheet_is_read_like_a_table() -> None:
    content = excel(["关键词", "问题"], [KEYWORD, "怎么选？"], [None, None], ["手机", 2026], ["", "值得买吗？"])
    assert read_list("xlsx", content) == [
        ListedRow(2, "怎么选？", KEYWORD),
        ListedRow(4, "2026", "手机"),
        ListedRow(5, "值得买吗？"),
    ]


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (MOST_UNPACKED_BYTES + 1))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("form", "content", "why"),
    [
        ("lines", " \n", "no question in it"),
        ("lines", "问\n" * (MOST_ROWS + 1), f"{MOST_ROWS + 1} rows"),
        ("csv", "a,b\n1,2\n", "names a column question or 问题"),
        ("csv", "", "names a column question or 问题"),
        ("csv", 'question\n"怎么选', "is no CSV: line 2"),
        ("csv", "question\n", "no question in it"),
        ("xlsx", b"no zip", "BadZipFile"),
        ("xlsx", excel(["a"])[:-40], "is no Excel file"),
        ("xlsx", excel(["编号"], [1]), "names a column"),
        ("xlsx", bomb(), "unpacks to"),
    ],
)
def test_what_cannot_be_read_says_why(form: str, content: str | bytes, why: str) -> None:
    found = read_list(form, content)
    assert isinstance(found, UnreadableList)
    assert why in found.reason


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ListedRow(2, ""), "must not be empty"),
        (ListedRow(2, "？？"), "must contain a letter or a digit"),
        (ListedRow(2, "一行\n两行"), "control characters or line breaks"),
        (ListedRow(2, "好" * 201), "at most 200 characters beside the keyword, has 201"),
        (ListedRow(2, "蓝牙耳机怎么选", "手机"), "is of the keyword 手机"),
        (ListedRow(2, "蓝牙耳机 怎么选?"), "asks the same as line 1"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(row: ListedRow, why: str) -> None:
    taken, refused = check_rows([ListedRow(1, "蓝牙耳机怎么选？"), row, ListedRow(3, "值得买吗？")], KEYWORD)
    assert [question.text for question in taken] == ["蓝牙耳机怎么选？", "值得买吗？"]
    (one,) = refused
    assert (one.line, why in one.reason) == (2, True)


def test_the_keyword_takes_no_room_and_may_be_typed_wide() -> None:
    taken, refused = check_rows([ListedRow(1, KEYWORD + "好" * 200, " ＡＢ ")], "AB")
    assert refused[0].reason.startswith("must have at most 200 characters")
    taken, refused = check_rows([ListedRow(1, KEYWORD + "好" * 200, KEYWORD)], KEYWORD)
    assert (len(taken), refused) == (1, [])
