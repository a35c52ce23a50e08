"""A file to begin with: every column, and two rows that show what goes into them."""

import csv
import io
import json
from typing import Final

from openpyxl import Workbook

from answerlens_common.contracts.imports import FileFormat
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_orders.imports.formats import COLUMNS, NO_LINKS

_ROWS: Final = (
    {
        "question": "通勤用的蓝牙耳机怎么选？",
        "answer": "通勤可以先看降噪和续航。（links 列：没有引用链接写 none，JSON 写 []；不知道就留空。）",
        "engine": "deepseek",
        "keyword": "蓝牙耳机",
        "asked_at": "2026-01-31T09:30:00+08:00",
        "replicate": 1,
        "status": AnswerStatus.OK.value,
        "model": "deepseek-chat",
        "links": ["https://www.example.com/guide"],
        "listed_links": ["https://www.example.com/guide", "https://www.example.org/list"],
        "external_id": "run-1-q-1",
    },
    {
        "question": "跑步戴什么耳机不容易掉？",
        "answer": "",
        "engine": "deepseek",
        "keyword": "蓝牙耳机",
        "asked_at": "2026-01-31T09:31:00+08:00",
        "replicate": 1,
        "status": AnswerStatus.CAPTCHA.value,
        "model": "deepseek-chat",
        "links": [],
        "listed_links": [],
        "external_id": "run-1-q-2",
    },
)


def template(form: FileFormat) -> bytes:
    """The file's content."""
    match form:
        case FileFormat.JSONL:
            return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in _ROWS).encode()
        case FileFormat.CSV:
            return _table()
        case FileFormat.XLSX:
            return _workbook()


def _table() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[column]) for column in COLUMNS] for row in _ROWS)
    # with a mark of its encoding, or spreadsheets take it for another
    return text.getvalue().encode("utf-8-sig")


def _workbook() -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("answers")
    sheet.append(list(COLUMNS))
    for row in _ROWS:
        sheet.append([_cell(row[column]) for column in COLUMNS])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _cell(value: object) -> str:
    return ("\n".join(value) or NO_LINKS[0]) if isinstance(value, list) else str(value)
