"""Which collections are past their time limit."""

from dataclasses import dataclass
from typing import Final

from answerlens_common.db import Database
from answerlens_common.wording import Worded

PACE_SLACK: Final = 1.5
"""A collection may take so many times what its pace takes."""
DAY_SECONDS: Final = 86_400.0
"""No collection takes longer."""
QUESTIONS_IN_TIME = 48
"""So many questions of a diagnosis's collection are within its time limit; each further one adds to it."""
SECONDS_A_QUESTION = 10
"""What each further question adds: an answer takes 30 s, on three pages at once."""


class EndOf(Worded):
    """Why a collection's time is over."""

    LIMIT = "limit", "时限已到。", "The run's time limit was over."
    REFRESH = "refresh", "该关键词已开始下一次更新。", "The next refresh of its keyword had begun."
    DAY = "day", "已满 24 小时。", "A day of 24 hours was over."


@dataclass(frozen=True)
class Overdue:
    """A collection whose time is over."""

    id: int
    end_of: EndOf

    def __post_init__(self) -> None:
        """Give the column that holds a value of an enumeration its type."""
        object.__setattr__(self, "end_of", EndOf(self.end_of))


async def overdue(db: Database, engine: str, *, seconds: float, spacing: float) -> list[Overdue]:
    """The collections of an engine whose time is over.

    The limit counts from the first question: `seconds`, or 1.5 times what the pace takes when that is more; `spacing`
    is what the engine's account waits between two questions, 0 for none. The questions of other collections that
    were answered meanwhile took their turns of it and count too. Whether or not a question was asked, a collection ends
    when a later day of its keyword on the engine has been opened, and 24 hours after it was opened or taken up again.
    What stops the clock moves `asked_at` and `taken_up_at` on.
    """
    return await db.rows(
        "SELECT id, CASE WHEN is_refreshed THEN 'refresh' WHEN is_a_day_old THEN 'day' ELSE 'limit' END AS end_of"
        " FROM (SELECT id, keyword, date,"
        " EXISTS (SELECT FROM collection newer WHERE newer.purpose = 'keyword_day' AND newer.keyword = c.keyword"
        " AND newer.engine = c.engine AND newer.date > c.date AND newer.created_at > c.taken_up_at) AS is_refreshed,"
        " taken_up_at + make_interval(secs => :day) < clock_timestamp() AS is_a_day_old,"
        " asked_at + make_interval(secs => GREATEST(CAST(:seconds AS float), CAST(:slack AS float) * total))"
        " < clock_timestamp()"
        " AND (CAST(:slack AS float) = 0 OR asked_at + make_interval(secs => GREATEST(CAST(:seconds AS float),"
        " CAST(:slack AS float) * (total + (SELECT count(*) FROM ai_answer other WHERE other.engine = c.engine"
        " AND other.collection_id <> c.id AND other.created_at > c.asked_at)))) < clock_timestamp()) AS is_over"
        " FROM collection c WHERE engine = :engine AND status = 'collecting') found"
        " WHERE is_refreshed OR is_a_day_old OR is_over ORDER BY keyword, date, id",
        Overdue,
        engine=engine,
        seconds=seconds,
        slack=PACE_SLACK * spacing,
        day=DAY_SECONDS,
    )


async def overdue_private(db: Database, engine: str, *, seconds: float, spacing: float) -> list[int]:
    """The collections of diagnoses on an engine that are asked no more: a client waits for what there is.

    Their time counts from when they were opened, whether or not a question has been asked; with the account's pace and
    a large number of questions it is longer, as a diagnosis's is.
    """
    rows = await db.rows(
        "SELECT id FROM collection c WHERE engine = :engine AND status = 'collecting' AND purpose = 'diagnosis'"
        " AND created_at + make_interval(secs => :seconds) < clock_timestamp()"
        " AND created_at + make_interval(secs => :seconds"
        " + :question * GREATEST(0, total - CAST(:questions AS int)) + CAST(:spacing AS float) * (total + CASE"
        " WHEN CAST(:spacing AS float) = 0 THEN 0"
        " ELSE (SELECT count(*) FROM ai_answer other WHERE other.engine = c.engine"
        " AND other.collection_id <> c.id AND other.created_at > c.created_at) END)) < clock_timestamp()"
        " ORDER BY id",
        engine=engine,
        seconds=seconds,
        spacing=spacing,
        question=float(SECONDS_A_QUESTION),
        questions=QUESTIONS_IN_TIME,
    )
    return [row["id"] for row in rows]
