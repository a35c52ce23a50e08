"""What people read, in the two languages it is written in."""

from typing import NamedTuple


class Wording(NamedTuple):
    """The same in Chinese and in English."""

    chinese: str
    english: str

    @property
    def both(self) -> str:
        """One after the other, as notes are."""
        return f"{self.chinese} {self.english}"
