"""Refuses what a route does not know in its query: a filter that is misspelt must not be taken for none."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import Request

from answerlens_order_api.rest.problems import FieldError, ProblemError


async def refuse_unknown_parameters(request: Request) -> None:
    """A dependency of every route: what its description names may be in the query, each once unless it is a list.

    Raises:
        ProblemError: something else is, or one of them twice.
    """
    given = [name for name, _ in request.query_params.multi_items()]
    known = _known(request) if given else {}
    errors = [FieldError(field=name, message=_unknown(known)) for name in dict.fromkeys(given) if name not in known]
    errors += [
        FieldError(field=name, message="is given more than once")
        for name, is_list in known.items()
        if given.count(name) > 1 and not is_list
    ]
    if errors:
        fields = "1 query parameter is" if len(errors) == 1 else f"{len(errors)} query parameters are"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{fields} not valid", errors)


def _known(request: Request) -> dict[str, bool]:
    """The query parameters of the route in the API's description, and whether each is a list; none for one without."""
    operations: dict[str, Any] = request.app.openapi()["paths"].get(request.scope["route"].path_format, {})
    parameters = operations.get(request.method.lower(), {}).get("parameters", ())
    return {
        parameter["name"]: parameter["schema"].get("type") == "array"
        for parameter in parameters
        if parameter["in"] == "query"
    }


def _unknown(known: Iterable[str]) -> str:
    return f"is not known here; there are {', '.join(known)}" if known else "is not known here; this path takes none"
