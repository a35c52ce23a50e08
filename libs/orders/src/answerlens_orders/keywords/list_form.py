"""What an admin sends to list questions about a keyword: pasted lines, a CSV or an Excel file."""

from typing import Annotated, Any, Self

from pydantic import Base64Bytes, Field, model_validator

from answerlens_orders.form import Form

MOST_BYTES = 1024 * 1024
"""Of a file: a hundred questions take some ten thousand."""


class ListForm(Form):
    """Questions in one of three forms."""

    lines: str | None = Field(
        default=None, description="a question a line", examples=["蓝牙耳机怎么选？\n蓝牙耳机能用几年？"]
    )
    csv: str | None = Field(
        default=None,
        description="a table that begins with the names of its columns: `question` (or 问题); with `keyword`"
        " (or 关键词) rows of other keywords are refused",
    )
    xlsx: Annotated[Base64Bytes, Field(strict=False, max_length=MOST_BYTES)] | None = Field(
        default=None, description="an Excel file in base64, whose first sheet is such a table"
    )

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if len(self.given) != 1:
            message = "give exactly one of lines, csv and xlsx"
            raise ValueError(message)
        return self

    @property
    def given(self) -> dict[str, Any]:
        """What was sent, by the name of its form."""
        found = {"lines": self.lines, "csv": self.csv, "xlsx": self.xlsx}
        return {name: value for name, value in found.items() if value is not None}
