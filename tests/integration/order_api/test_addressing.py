"""Methods, slashes, queries: what a request means before anything is looked up, on every path there is."""

import re
from collections import defaultdict
from urllib.parse import quote

import pytest

from tests.integration.order_api.conftest import ORDER, Clients
from tests.integration.order_api.operations import Operation, operations

PROBLEM = "application/problem+json"


def reading(found: list[Operation]) -> list[Operation]:
    return [each for each in found if each.method == "GET" and not each.is_stream]


def allowed(answer: str) -> set[str]:
    return set(answer.split(", "))


@pytest.mark.case("a8")
async def test_allow_names_every_method_of_a_path(clients: Clients) -> None:
    methods: dict[str, set[str]] = defaultdict(lambda: {"OPTIONS"})
    described = await operations(clients)
    # a fixed name may stand where another path has a parameter: /api/orders/estimate and /api/orders/{order_id}
    for path in {each.path for each in described}:
        for each in described:
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each.template), path):
                heads = {"HEAD"} if each.method == "GET" and not each.is_stream else set()
                methods[path] |= {each.method} | heads
    assert methods["/api/orders"] == {"GET", "HEAD", "OPTIONS", "POST"}
    for path, expected in methods.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE", "BREW"} - expected:
            refused = await clients.admin.request(method, path)
            assert (refused.status_code, allowed(refused.headers["allow"])) == (405, expected), (method, path)
            assert method == "HEAD" or refused.headers["content-type"] == PROBLEM
        options = await clients.nobody.options(path)
        assert (options.status_code, allowed(options.headers["allow"]), options.content) == (204, expected, b"")
    assert (await clients.admin.options("/api/nothing")).status_code == 404
    assert (await clients.admin.request("BREW", "/api/nothing")).status_code == 404


@pytest.mark.case("a8")
async def test_head_is_get_without_its_body(clients: Clients) -> None:
    await clients.place()
    for path in [each.path for each in reading(await operations(clients))] + ["/docs", "/api/openapi.json", "/live"]:
        get, head = await clients.admin.get(path), await clients.admin.head(path)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["content-length"].isdigit()
    assert (await clients.nobody.head("/api/orders")).status_code == 401


@pytest.mark.case("a8")
async def test_a_query_that_is_not_known_is_refused_by_name(clients: Clients) -> None:
    for each in await operations(clients):
        with_key = await clients.admin.request(each.method, each.path, params={"stauts": "failed"})
        assert (with_key.status_code, with_key.headers["content-type"]) == (422, PROBLEM), each.path
        assert [error["field"] for error in with_key.json()["errors"]] == ["stauts"]
        without = await clients.nobody.request(each.method, each.path, params={"stauts": "failed"})
        assert without.status_code == 401
    for path in ("/docs", "/api/openapi.json"):
        assert (await clients.nobody.get(path, params={"verbose": "1"})).status_code == 422
    twice = await clients.acme.get("/api/orders?limit=1&limit=2")
    assert (twice.status_code, [error["field"] for error in twice.json()["errors"]]) == (422, ["limit"])
    assert (await clients.acme.get("/api/orders?limit=1&status=failed")).status_code == 200


@pytest.mark.case("a8")
@pytest.mark.parametrize(
    "date",
    [
        "0",
        "1767312000",
        "2026-1-2",
        "20260102",
        "２０２６-01-02",
        "2026-02-30",
        "2026-01-02T00:00:00",
        " 2026-01-02",
        "",
    ],
)
async def test_a_date_is_written_in_one_way(clients: Clients, date: str) -> None:
    order = await clients.place()
    dated = [each for each in await operations(clients) if any(one["name"] == "date" for one in each.query)]
    assert len(dated) >= 4
    for each in dated:
        path = each.template.format(order_id=order["id"], keyword="蓝牙耳机")
        answer = await clients.admin.get(path, params={"date": date})
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, ["date"]), path
    body = await clients.admin.post("/api/refresh", json={"date": date})
    assert (body.status_code, body.json()["errors"][0]["field"]) == (422, "date")


@pytest.mark.case("a8")
async def test_a_filter_of_fixed_words_takes_no_other(clients: Clients) -> None:
    for path, name in (("/api/orders", "status"), ("/api/keywords/蓝牙耳机/sources", "surface")):
        for word in ("Failed", "ｆailed", "", "nothing"):
            answer = await clients.admin.get(path, params={name: word})
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)
    for filters in ({"reason": "fialed"}, {"keyword": "\x00"}, {"keyword": ""}):
        answer = await clients.admin.request("DELETE", "/api/dead-letters/nothing", params=filters)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(filters)))
        answer = await clients.admin.post("/api/dead-letters/nothing/replay", json=filters)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(filters)))


@pytest.mark.case("a13")
async def test_a_slash_at_the_end_changes_nothing(clients: Clients) -> None:
    await clients.place()
    for each in reading(await operations(clients)):
        plain, slashed = await clients.admin.get(each.path), await clients.admin.get(f"{each.path}/")
        assert (slashed.status_code, slashed.headers["content-type"]) == (
            plain.status_code,
            plain.headers["content-type"],
        ), each.path
        if plain.is_success and plain.headers["content-type"] == "application/json" and isinstance(plain.json(), dict):
            assert slashed.json().keys() == plain.json().keys()
    assert (await clients.nobody.get("/docs/")).status_code == 200
    placed = await clients.acme.post("/api/orders/", json=ORDER)
    assert (placed.status_code, placed.json()["keyword"]) == (202, "蓝牙耳机")
    shown = await clients.acme.post(f"/api/orders/{placed.json()['id']}/cancel/")
    assert (shown.status_code, shown.json()["status"]) == (200, "cancelled")


@pytest.mark.case("a13")
async def test_what_is_unknown_stays_so_with_a_slash(clients: Clients) -> None:
    for path in ("/api/nothing/", "/api/orders//", "/api/orders/x/nothing/", "/", "/nothing/", "/api/"):
        answer = await clients.acme.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM), path
    # a slash within a name is the name's
    revoked = await clients.admin.delete(f"/api/users/{quote('acme/', safe='')}")
    assert revoked.status_code == 404
    assert (await clients.acme.get("/api/orders")).status_code == 200
    refused = await clients.acme.put("/api/orders/", json=ORDER)
    assert (refused.status_code, refused.headers["content-type"]) == (405, PROBLEM)
