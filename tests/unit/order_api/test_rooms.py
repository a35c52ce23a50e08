"""HTTP stays in its rooms: what is below the routes raises errors of the domain, and knows no status."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "services/order-api/src/answerlens_order_api"
OF_HTTP = {"HTTPStatus", "ProblemError", "HTTPException"}


def names_of_http(source: str) -> set[str]:
    """The names of HTTP that a module uses."""
    nodes = list(ast.walk(ast.parse(source)))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return used & OF_HTTP


def is_router(source: str) -> bool:
    """Whether a module offers routes."""
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "router" for name in node.targets)
        for node in ast.parse(source).body
    )


def below_the_routes() -> Iterator[Path]:
    for path in sorted(SOURCES.rglob("*.py")):
        if path.relative_to(SOURCES).parts[0] != "rest" and not is_router(path.read_text(encoding="utf-8")):
            yield path


def test_no_module_below_the_routes_knows_a_status() -> None:
    found = {str(path): names_of_http(path.read_text(encoding="utf-8")) for path in below_the_routes()}
    assert {path: names for path, names in found.items() if names} == {}
    assert len(found) > 5


def test_no_route_raises_a_status_of_its_own() -> None:
    routers = [path for path in SOURCES.rglob("*.py") if is_router(path.read_text(encoding="utf-8"))]
    used = {path.name for path in routers if "ProblemError" in names_of_http(path.read_text(encoding="utf-8"))}
    assert used == set()
    assert len(routers) > 10


def test_a_status_is_found_however_it_is_named() -> None:
    assert names_of_http("from http import HTTPStatus") == {"HTTPStatus"}
    assert names_of_http("raise ProblemError(1)") == {"ProblemError"}
    assert names_of_http("raise NotFoundError(1)") == set()
    assert is_router("router = APIRouter()")
    assert not is_router("routers = 1")
