import json

import httpx
import pytest

from answerlens_cli.api import Api, ApiRefusedError, ApiUnreachableError


def test_an_order_is_placed_with_the_key_and_the_idempotency_key() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202, json={"id": "7"})

    with Api("http://api", "secret", httpx.MockTransport(answer)) as api:
        assert api.place({"keyword": "蓝牙耳机"}, "once") == {"id": "7"}
    (request,) = seen
    assert (request.method, request.url.path) == ("POST", "/api/orders")
    assert request.headers["Authorization"] == "Bearer secret"
    assert request.headers["Idempotency-Key"] == "once"
    assert json.loads(request.content) == {"keyword": "蓝牙耳机"}


def test_a_problem_keeps_its_status_and_its_words() -> None:
    problem = {"title": "Invalid order", "detail": "keyword: must not be empty", "field": "keyword"}
    headers = {"content-type": "application/problem+json"}
    transport = httpx.MockTransport(lambda _: httpx.Response(422, json=problem, headers=headers))
    with Api("http://api", "secret", transport) as api, pytest.raises(ApiRefusedError) as refused:
        api.place({}, "once")
    assert refused.value.status == 422
    assert refused.value.problem["field"] == "keyword"
    assert str(refused.value) == "Invalid order (422): keyword: must not be empty"


def test_a_refusal_that_is_no_json_is_told_by_its_status() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, text="<html>bad gateway</html>"))
    with Api("http://api", "secret", transport) as api, pytest.raises(ApiRefusedError, match=r"\(502\)"):
        api.order("7")


def test_an_api_that_is_not_there_is_told_by_its_address() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        message = "connection refused"
        raise httpx.ConnectError(message, request=request)

    with Api("http://api", "secret", httpx.MockTransport(refuse)) as api, pytest.raises(ApiUnreachableError) as error:
        api.report("7")
    assert error.value.url == "http://api"
    assert "connection refused" in str(error.value)
