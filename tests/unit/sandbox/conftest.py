from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from answerlens_sandbox import faults
from answerlens_sandbox.app import create_app
from answerlens_sandbox.outside import Outside

SEED = 7


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    return create_app(SEED, tmp_path / "journal.jsonl", answer_seconds=0)


@pytest.fixture
def state(app: Starlette) -> Outside:
    found = app.state.outside
    assert isinstance(found, Outside)
    return found


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
        yield client


@pytest.fixture
def order(client: httpx.AsyncClient) -> Callable[..., Awaitable[None]]:
    """Order a fault."""

    async def ordered(target: str, fault: str, **more: object) -> None:
        response = await client.post("/control", json={"target": target, "fault": fault, **more})
        assert response.status_code == 201, response.text

    return ordered


@pytest.fixture(autouse=True)
def _short_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_HANG_SECONDS", 0)
