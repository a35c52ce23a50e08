"""The answers of one collection with all that is kept of them: text, links, score. For private collections.

A keyword's day is read by keyword, through the views of the shared class.
"""

from dataclasses import dataclass
from typing import Any

from answerlens_collection.collections.store import Collection, Reader
from answerlens_common.contracts.statuses import AnswerStatus

_GIVEN = """
SELECT a.number, a.replicate, a.question_text AS question, a.status, a.answer_text AS text, a.folded_text AS folded,
    a.citations_known, s.score, COALESCE((
        SELECT json_agg(json_build_object('url', l.link_url, 'title', l.title, 'site', l.site, 'cited', l.cited)
            ORDER BY l.position) FROM ai_link l
        WHERE l.collection_id = :id AND l.retention = :retention AND l.answer_date = :date
            AND l.number = a.number AND l.replicate = a.replicate), '[]') AS links
FROM ai_answer a LEFT JOIN question_score s ON s.collection_id = a.collection_id AND s.number = a.number
    AND s.replicate = a.replicate AND s.retention = a.retention AND s.answer_date = a.answer_date
WHERE a.collection_id = :id AND a.retention = :retention AND a.answer_date = :date
ORDER BY a.number, a.replicate
"""


@dataclass(frozen=True)
class GivenLink:
    """A source of an answer: `cited` by it, or only listed beside it."""

    url: str
    title: str
    site: str
    cited: bool


@dataclass(frozen=True)
class GivenAnswer:
    """How a question ended: with an answer, or without (`status`).

    Attributes:
        folded: The text as the matcher reads it.
        score: 0 to 4; None without one.
    """

    number: int
    replicate: int
    question: str
    status: AnswerStatus
    text: str
    folded: str
    citations_known: bool
    score: int | None
    links: tuple[GivenLink, ...]


async def given(reader: Reader, collection: Collection) -> list[GivenAnswer]:
    """Every answer that is kept, failed ones too, in the order of the questions."""
    rows = await reader.rows(_GIVEN, id=collection.id, retention=collection.retention.value, date=collection.date)
    return [_answer(**row) for row in rows]


def _answer(*, status: str, links: list[dict[str, Any]], **rest: Any) -> GivenAnswer:  # noqa: ANN401 - columns
    return GivenAnswer(status=AnswerStatus(status), links=tuple(GivenLink(**link) for link in links), **rest)
