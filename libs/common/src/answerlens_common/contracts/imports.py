"""The forms that a file of answers may have."""

from answerlens_common.wording import Worded


class FileFormat(Worded):
    """How a file of answers is written."""

    JSONL = "jsonl", "每行一个 JSON 对象。", "One JSON object a line."
    CSV = "csv", "逗号分隔的表格。", "A table, its cells separated by commas, semicolons or tabs."
    XLSX = "xlsx", "Excel 工作簿的第一张表。", "The first sheet of an Excel workbook."
