"""Tables of outcomes for the tests."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from answerlens_rates.outcomes import Outcome, Outcomes
from answerlens_rates.rate import Rate, stored


def row(  # noqa: PLR0913 - one for each column
    question: int | str,
    *,
    named: bool = False,
    position: int | None = None,
    others: Sequence[bool] = (),
    ok: bool = True,
    score: int | None = 1,
    branded: bool = False,
    cluster: int = 0,
    replicate: int = 1,
    own: int = 0,
    listed: int = 0,
    cited: int = 0,
    told: bool = True,
) -> Outcome:
    """One outcome; a named brand comes first unless told."""
    return Outcome(
        question_id=str(question),
        cluster_id=cluster,
        branded=branded,
        replicate=replicate,
        ok=ok,
        score=score,
        named=named,
        position=(position or 1) if named else None,
        competitors_named=tuple(others),
        cited_own=own,
        listed_own=listed,
        cited_total=cited,
        citations_known=told,
    )


def table(rows: Sequence[Outcome], surface: str = "browser") -> Outcomes:
    """The rows as a table; competitors are called a, b and so on."""
    competitors = "abcdefgh"[: len(rows[0].competitors_named)] if rows else ""
    return Outcomes.of(rows, list(competitors), surface)


def as_stored(rates: Mapping[str, Rate]) -> dict[str, Any]:
    """The rates as they are read back from where they were stored."""
    read: dict[str, Any] = json.loads(json.dumps(stored(rates)))
    return read


def day(named: int, total: int = 200) -> Outcomes:
    """A day of questions asked once, the first `named` of them naming the brand."""
    return table([row(question, named=question < named) for question in range(total)])
