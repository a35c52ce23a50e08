"""The list of questions about a keyword, as an admin sees it."""

import datetime as dt

from pydantic import BaseModel, Field


class ListedQuestion(BaseModel):
    """A question on a keyword's list."""

    question_id: str = Field(examples=["list-5d41402abc4b2a76"])
    question: str = Field(examples=["蓝牙耳机怎么选？"])
    added_by: str = Field(description="the admin who listed it first", examples=["admin"])
    created_at: dt.datetime


class ListRefusal(BaseModel):
    """A row that was not taken."""

    line: int = Field(description="of what was sent, from 1; of a sheet the row", examples=[7])
    question: str = Field(description="its beginning", examples=["蓝牙耳机怎么选"])
    reason: str = Field(examples=["asks the same as line 3"])


class ListChanged(BaseModel):
    """How a keyword's list stands after a change, and when that shows."""

    keyword: str = Field(examples=["蓝牙耳机"])
    questions: int = Field(description="on the list now; at most 100, as many as a search takes", examples=[40])
    used_from: dt.date = Field(
        description="the keyword's next search reads the list, on this date at the earliest (now, where there is none"
        " yet), as far as the sources that the searcher asks before it give too few questions"
    )


class ListTaken(ListChanged):
    """What became of the rows that were sent."""

    taken: int = Field(description="put on the list", examples=[38])
    known: int = Field(description="on the list already", examples=[2])
    refused: int = Field(examples=[1])
    reasons: list[ListRefusal] = Field(description="why rows were refused, of the first 1,000")


class ListRemoved(ListChanged):
    """What was taken off the list."""

    removed: int = Field(examples=[1])
