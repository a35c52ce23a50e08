"""Where something stands in a reply: JMESPath, checked when a file is loaded."""

from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field


def _compiles(value: str) -> str:
    try:
        jmespath.compile(value)
    except JMESPathError as error:
        message = f"is no JMESPath expression: {' '.join(str(error).split())}"
        raise ValueError(message) from error
    return value


Expression = Annotated[str, Field(min_length=1, description="JMESPath"), AfterValidator(_compiles)]


class ShapeError(Exception):
    """A reply is not as the file says. Never leaves the package."""


def find(expression: str | None, document: object) -> Any:  # noqa: ANN401 JSON is any shape
    """What stands there; None when nothing does, or no place is given.

    Raises:
        ShapeError: a function of the expression cannot take what stands there.
    """
    if expression is None:
        return None
    try:
        return jmespath.search(expression, document)
    except JMESPathError as error:
        message = f"{expression}: {type(error).__name__}"
        raise ShapeError(message) from error


def find_text(expression: str | None, document: object) -> str:
    """The words that stand there, the pieces of a list joined; "" when there are none.

    Raises:
        ShapeError: something else than words stands there.
    """
    found = find(expression, document)
    pieces = found if isinstance(found, list) else [found]
    for piece in pieces:
        if piece is not None and not isinstance(piece, str):
            message = f"{expression} is no text"
            raise ShapeError(message)
    return "".join(filter(None, pieces))


def find_texts(expression: str | None, document: object) -> tuple[str, ...]:
    """The strings that stand there, each once; anything else there is passed over."""
    found = find(expression, document)
    pieces = found if isinstance(found, list) else [found]
    return tuple(dict.fromkeys(piece for piece in pieces if isinstance(piece, str) and piece))


def find_number(expression: str | None, document: object) -> int | None:
    """The whole number that stands there, also one that is written as a string; else None."""
    found = find(expression, document)
    if isinstance(found, str) and found.isascii() and found.isdigit():
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
