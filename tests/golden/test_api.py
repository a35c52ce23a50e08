"""What the API answers over the seed, and how it describes itself, against the golden files."""

import json
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from answerlens_common.jobs import asyncapi
from answerlens_order_api import openapi
from tests.golden import api
from tests.golden.asking import Request, answers
from tests.golden.comparing import FILES, check_json
from tests.golden.normalising import Names
from tests.golden.reads import READS
from tests.golden.refusals import CHANGES

REQUESTS = {request.name: request for request in (*READS, *CHANGES)}
REFUSED = range(400, 500)


@pytest.fixture(scope="module")
async def clients(url: str) -> AsyncIterator[Mapping[str, httpx.AsyncClient]]:
    async with api.clients(url) as made:
        yield made


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_request_is_answered_as_before(
    clients: Mapping[str, httpx.AsyncClient], names: Names, name: str
) -> None:
    check_json(REQUESTS[name].file, await answers(REQUESTS[name], clients, names))


def test_the_documents_are_as_before() -> None:
    check_json("openapi.json", openapi.description())
    check_json("asyncapi.json", asyncapi.document())


def test_every_name_is_of_one_request() -> None:
    assert len(REQUESTS) == len(READS) + len(CHANGES)


def test_every_operation_has_golden_requests() -> None:
    """A GET is answered at least once, and what changes something is refused at least once."""
    lacking = []
    for route, operations in openapi.description()["paths"].items():
        for method in operations:
            told = {
                answer["status"]
                for request in REQUESTS.values()
                if (request.method.lower(), request.route) == (method, route)
                for answer in _told(request)
            }
            if not (200 in told if method == "get" else told & {*REFUSED}):
                lacking.append(f"{method.upper()} {route}")
    assert lacking == []


def _told(request: Request) -> list[dict[str, int]]:
    """What the golden file has of each user's answer."""
    found = json.loads((FILES / request.file).read_text(encoding="utf-8"))
    answers_of = [found[user] for user in request.users if not isinstance(found[user], str)]
    return [page for answer in answers_of for page in (answer if isinstance(answer, list) else [answer])]
