"""Every error leaves as problem+json (RFC 9457): what is wrong, in which field, and nothing of our insides."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from answerlens_common.errors import (
    BusyError,
    ConflictError,
    LimitReachedError,
    NotFoundError,
    RefusedError,
    RequestError,
    TooEarlyError,
    TransientError,
)
from answerlens_common.observing.logs import get_logger

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "2"
MOST_ERRORS = 50
STATUSES: Final[Mapping[type[RequestError], HTTPStatus]] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    RefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConflictError: HTTPStatus.CONFLICT,
    TooEarlyError: HTTPStatus.CONFLICT,
    LimitReachedError: HTTPStatus.TOO_MANY_REQUESTS,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""How a client is told of a request that it cannot have; the only place that says so."""


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str = Field(examples=["brand.name"])
    message: str = Field(examples=["must contain a letter or a digit"])


class Problem(BaseModel):
    """An error's body."""

    type: str = "about:blank"
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["1 field is not valid"])
    instance: str = Field(examples=["/api/orders"])
    errors: list[FieldError] = []


class ProblemError(HTTPException):
    """Ends a request with a problem.

    Attributes:
        errors: the fields at fault.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.errors = list(errors)


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of these errors."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {int(status): {"description": status.phrase, "content": content} for status in statuses}


def described(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document with problems in place of FastAPI's own validation errors."""
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    return document


def problem_response(request: Request, error: HTTPException) -> Response:
    """The answer that tells of an error."""
    problem = Problem(
        title=HTTPStatus(error.status_code).phrase,
        status=error.status_code,
        detail=error.detail,
        instance=request.url.path,
        errors=error.errors if isinstance(error, ProblemError) else [],
    )
    return JSONResponse(problem.model_dump(), error.status_code, dict(error.headers or {}), MEDIA_TYPE)


def problem_of(error: RequestError) -> ProblemError:
    """The problem that tells of a request which a function below the routes could not grant."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    errors = [FieldError(field=fault.field, message=fault.message) for fault in error.fields]
    headers = None if error.seconds is None else {"Retry-After": str(math.ceil(error.seconds))}
    return ProblemError(status, error.detail, errors, headers)


def out_of_reach(request: Request, error: TransientError) -> Response:
    """The answer while the database or the broker cannot be asked."""
    get_logger().warning("request not served", path=request.url.path, error=str(error))
    detail = "the database or the broker is out of reach; try again (an Idempotency-Key makes that safe)"
    return problem_response(
        request, ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": RETRY_SECONDS})
    )


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        return problem_response(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return problem_response(request, _of_validation(error))

    @app.exception_handler(RequestError)
    async def not_granted(request: Request, error: RequestError) -> Response:
        return problem_response(request, problem_of(error))

    @app.exception_handler(TransientError)
    async def lost(request: Request, error: TransientError) -> Response:
        return out_of_reach(request, error)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        get_logger().error("request failed", path=request.url.path, exc_info=error)
        return problem_response(request, HTTPException(500, "this should not have happened; it has been logged"))


def _of_validation(error: RequestValidationError) -> ProblemError:
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        detail = f"the body is not valid JSON: {found[0]['ctx']['error']} at character {found[0]['loc'][-1]}"
        return ProblemError(HTTPStatus.BAD_REQUEST, detail)
    if any(one["loc"][0] == "path" for one in found):
        # an id that cannot be one names nothing
        return ProblemError(HTTPStatus.NOT_FOUND, "there is nothing here by that name")
    errors = [FieldError(field=_field(one["loc"]), message=_message(one)) for one in found[:MOST_ERRORS]]
    fields = "1 field is" if len(found) == 1 else f"{len(found)} fields are"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{fields} not valid", errors)


def _field(location: Sequence[str | int]) -> str:
    """("body", "brand", "aliases", 0) is brand.aliases[0]."""
    where, *rest = location
    if not rest:
        return str(where)
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)[1:]
    return name.title() if where == "header" else name


def _message(error: Mapping[str, Any]) -> str:
    own = error.get("ctx", {}).get("error")
    return str(own) if isinstance(own, ValueError) else str(error["msg"])


# what any request may be answered with
EVERYWHERE = responses(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
