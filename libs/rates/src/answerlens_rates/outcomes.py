"""What each answer of a day was worth to one order: the compact table that every rate is computed from.

It is kept for good beside the rates (the answers are not), as `columns`, and read back by `from_columns`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from answerlens_common.errors import BusinessError
from answerlens_common.text.links import LinkOwner
from answerlens_common.text.matching import Mention

Floats = NDArray[np.float64]

NO_SCORE = -1
NOT_NAMED = 0
POSITIVE = 1
NEUTRAL = 0
NEGATIVE = -1
NO_SENTIMENT = -2


class MixedTablesError(BusinessError):
    """Outcomes that may not be pooled: of several surfaces, or compared with different competitors."""

    def __init__(self, surfaces: set[str], competitors: set[tuple[str, ...]]) -> None:
        super().__init__(f"cannot pool outcomes of surfaces {sorted(surfaces)} and competitors {sorted(competitors)}")
        self.surfaces = surfaces
        self.competitors = competitors


class Outcome(NamedTuple):
    """One answer, as one order sees it.

    Attributes:
        question_id: The question asked.
        cluster_id: Its cluster in the bank.
        branded: Whether the question itself names a brand of the order.
        replicate: Which ask of the question it was.
        ok: Whether the answer's status is "ok"; only these count.
        score: 0 to 4, or None while the answer has none.
        named: Whether the answer names the brand.
        position: The brand's rank among itself and its competitors by first appearance, None when not named or without
            competitors: a rank is among others.
        competitors_named: For each competitor whether the answer names it.
        cited_own: How many links of the order the answer cites.
        listed_own: How many links of the order the engine lists, cited or not.
        cited_total: How many links the answer cites.
        citations_known: Whether the engine tells cited links from listed ones; otherwise the two counts of cited links
            say nothing.
        sentiment: 1, 0 or -1: the answer speaks well, neither, or ill of the brand; None while it is not judged.
    """

    question_id: str
    cluster_id: int
    branded: bool
    replicate: int
    ok: bool
    score: int | None
    named: bool
    position: int | None
    competitors_named: tuple[bool, ...]
    cited_own: int
    listed_own: int
    cited_total: int
    citations_known: bool = True
    sentiment: int | None = None

    @classmethod
    def rows_of(cls, columns: Mapping[str, Any]) -> Iterator[Self]:
        """The rows of stored columns (`Outcomes.columns`); also of those stored before the last two fields were."""
        fields = [field for field in cls._fields if field in columns]
        for values in zip(*(columns[field] for field in fields), strict=True):
            yield cls(**dict(zip(fields, values, strict=True)))


class Naming(NamedTuple):
    """Who an answer names: see `Outcome`."""

    named: bool
    position: int | None
    competitors_named: tuple[bool, ...]


class Linking(NamedTuple):
    """Whose links an answer has: see `Outcome`."""

    cited_own: int
    listed_own: int
    cited_total: int


def naming(mentions: Sequence[Mention], brand: str, competitors: Sequence[str]) -> Naming:
    """Who is named, from an order's mentions in an answer; brands first named together share a rank."""
    first: dict[str, int] = {}
    for key, start, _ in mentions:
        first[key] = min(start, first.get(key, start))
    competitors_named = tuple(competitor in first for competitor in competitors)
    if brand not in first or not competitors:
        return Naming(named=brand in first, position=None, competitors_named=competitors_named)
    ahead = sum(first[competitor] < first[brand] for competitor in competitors if competitor in first)
    return Naming(named=True, position=1 + ahead, competitors_named=competitors_named)


def linking(links: Sequence[tuple[LinkOwner, bool]]) -> Linking:
    """Count an answer's links, each given by its owner and whether the answer cites it."""
    return Linking(
        cited_own=sum(cited and owner == "own" for owner, cited in links),
        listed_own=sum(owner == "own" for owner, _ in links),
        cited_total=sum(cited for _, cited in links),
    )


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of one order, an answer a row: arrays of length n, `competitors_named` of shape (n, competitors).

    `question_id` is an array of strings, `score` is -1 for none, `position` 0 for not named, `sentiment` -2 for none.
    """

    surface: str
    competitors: tuple[str, ...]
    question_id: NDArray[np.str_]
    cluster_id: NDArray[np.int64]
    branded: NDArray[np.bool_]
    replicate: NDArray[np.int64]
    ok: NDArray[np.bool_]
    score: NDArray[np.int64]
    named: NDArray[np.bool_]
    position: NDArray[np.int64]
    competitors_named: NDArray[np.bool_]
    cited_own: NDArray[np.int64]
    listed_own: NDArray[np.int64]
    cited_total: NDArray[np.int64]
    citations_known: NDArray[np.bool_]
    sentiment: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Outcome], competitors: Sequence[str], surface: str) -> Self:
        """Put the outcomes of the answers of one surface together."""
        columns: dict[str, Any] = {field: [getattr(row, field) for row in rows] for field in Outcome._fields}
        return cls.from_columns({**columns, "surface": surface, "competitors": list(competitors)})

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> Self:
        """The inverse of `columns`; also of those stored before `citations_known` and `sentiment` were.

        Then every engine told its citations, and no answer was judged.
        """
        competitors = tuple(columns["competitors"])
        size = len(columns["question_id"])

        def integers(name: str, missing: int = 0) -> NDArray[np.int64]:
            return np.array([missing if value is None else value for value in columns[name]], dtype=np.int64)

        def booleans(name: str) -> NDArray[np.bool_]:
            return np.array(columns[name], dtype=np.bool_)

        return cls(
            surface=columns["surface"],
            competitors=competitors,
            question_id=np.array(columns["question_id"], dtype=np.str_),
            cluster_id=integers("cluster_id"),
            branded=booleans("branded"),
            replicate=integers("replicate"),
            ok=booleans("ok"),
            score=integers("score", NO_SCORE),
            named=booleans("named"),
            position=integers("position", NOT_NAMED),
            competitors_named=booleans("competitors_named").reshape(size, len(competitors)),
            cited_own=integers("cited_own"),
            listed_own=integers("listed_own"),
            cited_total=integers("cited_total"),
            citations_known=np.array(columns.get("citations_known", [True] * size), dtype=np.bool_),
            sentiment=integers("sentiment", NO_SENTIMENT)
            if "sentiment" in columns
            else np.full(size, NO_SENTIMENT, dtype=np.int64),
        )

    def columns(self) -> dict[str, Any]:
        """The table as lists of plain numbers and strings, fit for JSON."""
        arrays = {field: getattr(self, field).astype(object) for field in Outcome._fields}
        arrays["score"][self.score == NO_SCORE] = None
        arrays["position"][self.position == NOT_NAMED] = None
        arrays["sentiment"][self.sentiment == NO_SENTIMENT] = None
        lists = {field: array.tolist() for field, array in arrays.items()}
        return {"surface": self.surface, "competitors": list(self.competitors), **lists}

    def answer_keys(self) -> list[tuple[str, int]]:
        """The question and the replicate of each row."""
        return list(zip(self.question_id.tolist(), self.replicate.tolist(), strict=True))

    @property
    def unjudged(self) -> NDArray[np.bool_]:
        """The rows whose sentiment counts and is not known: `ok` answers, unasked, that name the brand."""
        wanted: NDArray[np.bool_] = self.ok & self.named & ~self.branded & (self.sentiment == NO_SENTIMENT)
        return wanted

    def judged_by(self, labels: Sequence[int | None]) -> Self:
        """The same table with a label a row, for those that are to be judged."""
        given = np.array([NO_SENTIMENT if label is None else label for label in labels], dtype=np.int64)
        return replace(self, sentiment=np.where(self.unjudged, given, self.sentiment))

    def where(self, rows: NDArray[np.bool_]) -> Self:
        """The same table with only these rows."""
        return type(self)(self.surface, self.competitors, *(getattr(self, field)[rows] for field in Outcome._fields))


def pool(tables: Sequence[Outcomes]) -> Outcomes:
    """Put the outcomes of an order on several engines, or days, of one surface into one table.

    Answers to a question on two engines are not independent; `compute_rates` then finds several answers to a
    question and takes its intervals over questions.

    Raises:
        MixedTablesError: The tables are of several surfaces or have different competitors.
    """
    surfaces = {table.surface for table in tables}
    competitors = {table.competitors for table in tables}
    if len(surfaces) != 1 or len(competitors) != 1:
        raise MixedTablesError(surfaces, competitors)
    joined = (np.concatenate([getattr(table, field) for table in tables]) for field in Outcome._fields)
    return Outcomes(surfaces.pop(), competitors.pop(), *joined)
