"""Pages by key: a cursor names the last thing shown, so that nothing is skipped or shown twice while rows come in."""

import base64
import binascii
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from answerlens_order_api.problems import FieldError, ProblemError

# an id that the database can hold
RowId = Annotated[int, Field(ge=1, lt=2**63)]

T = TypeVar("T")
K = TypeVar("K")

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=1000, description="the `next` of the page before")]


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(description="the cursor of the next page; null on the last")


def after(cursor: str | None, key: type[K]) -> K | None:
    """The key that a cursor stands for, None for the first page.

    Raises:
        ProblemError: it is not a cursor of this list.
    """
    if cursor is None:
        return None
    try:
        return TypeAdapter(key).validate_json(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, UnicodeEncodeError, ValidationError) as error:
        wrong = FieldError(field="cursor", message="is not the `next` of an earlier page")
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "the page cannot be told", [wrong]) from error


def cursor_of(key: Sequence[Any]) -> str:
    """A key as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode()
