"""What people read, in the two languages it is written in."""

from enum import StrEnum
from typing import NamedTuple, Self


class Wording(NamedTuple):
    """The same in Chinese and in English."""

    chinese: str
    english: str

    @property
    def both(self) -> str:
        """One after the other, as notes are."""
        return f"{self.chinese} {self.english}"


class Worded(StrEnum):
    """Values that people read too: each is `NAME = "value", "中文。", "English."`."""

    sentence: Wording

    def __new__(cls, value: str, chinese: str = "", english: str = "") -> Self:
        """One value with what it means; the defaults are for type checkers, which take `Lane("bulk")` for this call."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = Wording(chinese, english)
        return member
