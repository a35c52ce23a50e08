"""Pages by key: a cursor names the last thing shown, so that nothing is skipped or shown twice while rows come in.

It also names its list: a key of another list might be one of this list too, and would show a page of nowhere.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from answerlens_common.errors import FieldFault, RefusedError

# an id that the database can hold
RowId = Annotated[int, Field(ge=1, lt=2**63)]


def _storable(moment: dt.datetime) -> dt.datetime:
    """The moment in UTC, as the database holds it: the first and the last day of all years may have none."""
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError as error:
        message = "is before the year 1 or after the year 9999 in UTC"
        raise ValueError(message) from error


Moment = Annotated[AwareDatetime, AfterValidator(_storable)]

T = TypeVar("T")
K = TypeVar("K")


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(description="the cursor of the next page; null on the last")


class BadCursorError(RefusedError):
    """A cursor that is none of this list."""

    def __init__(self, why: str) -> None:
        super().__init__("the page cannot be told", FieldFault("cursor", why))


def after(cursor: str | None, of: str, key: type[K]) -> K | None:
    """The key that a cursor stands for, None for the first page.

    Args:
        cursor: what the client sent.
        of: which list is read, in words of its own: its name, and what it is of.
        key: the type of the list's keys.

    Raises:
        BadCursorError: it is not a cursor of this list.
    """
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
        read = TypeAdapter(tuple[str, key]).validate_json(text, strict=True)  # type: ignore[valid-type]
    except (binascii.Error, UnicodeEncodeError, ValidationError) as error:
        raise BadCursorError(why="is not the `next` of an earlier page") from error
    if read[0] != _mark(of):
        raise BadCursorError(why="is the `next` of another list")
    return read[1]


def cursor_of(of: str, key: Sequence[Any]) -> str:
    """A key of a list as a cursor."""
    return base64.urlsafe_b64encode(json.dumps((_mark(of), key), default=str).encode()).decode()


def _mark(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:12]
