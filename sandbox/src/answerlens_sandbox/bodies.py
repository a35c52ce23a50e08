"""Reading what a request brings: the shared state, and JSON bodies whose errors name the field."""

import json
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from answerlens_sandbox.outside import Outside

Model = TypeVar("Model", bound="Body")


class Body(BaseModel):
    """A request body; fields it does not know are errors, since a typing mistake would silently do nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)


class BadInputError(Exception):
    """Answered with 400 and the field that is wrong."""

    def __init__(self, *, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def outside(request: Request) -> "Outside":
    """Return the state that all requests of this process share."""
    return cast("Outside", request.app.state.outside)


async def read(request: Request, model: type[Model]) -> Model:
    """Return the JSON body as a model.

    Raises:
        BadInputError: it is no JSON object or does not fit; names the first field that is wrong.
    """
    try:
        return model.model_validate(json.loads(await request.body()))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInputError(field=".".join(map(str, first["loc"])) or "body", message=first["msg"]) from error
    except ValueError as error:
        raise BadInputError(field="body", message="is not JSON") from error


async def bad_input(_request: Request, error: Exception) -> Response:
    """Answer a BadInputError."""
    wrong = cast("BadInputError", error)
    return JSONResponse({"error": wrong.message, "field": wrong.field}, status_code=400)
