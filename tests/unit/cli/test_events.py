from typing import Any

import httpx
import pytest

from answerlens_cli.api import ApiRefusedError, ApiUnreachableError
from answerlens_cli.events import RECONNECTS, follow_order
from tests.unit.cli.fake_api import FakeApi, problem, stream

PATH = "GET /api/orders/7/events"
DOWN = httpx.ConnectError("refused")


def state(progress: int, status: str = "running") -> dict[str, Any]:
    return {"status": status, "progress": progress}


def follow(fake: FakeApi) -> list[dict[str, Any]]:
    with fake.connect("client") as api:
        return list(follow_order(api, "7", pause=lambda: None))


def test_each_state_once_up_to_the_end() -> None:
    end = state(100, "completed")
    fake = FakeApi(
        {PATH: [stream(("progress", state(1)), ("progress", state(2)), ("progress", end), ("completed", end))]}
    )
    assert follow(fake) == [state(1), state(2), end]


def test_a_stream_that_breaks_off_is_opened_again() -> None:
    end = state(30, "failed")
    fake = FakeApi(
        {
            PATH: [
                stream(("progress", state(1)), broken=True),
                DOWN,
                stream(("progress", state(1)), ("progress", state(2))),
                stream(("progress", end), ("failed", end)),
            ]
        }
    )
    assert follow(fake) == [state(1), state(2), end]
    assert len(fake.requests) == 4


def test_an_api_that_stays_away_is_given_up() -> None:
    fake = FakeApi({PATH: [stream(("progress", state(1))), *[DOWN] * (RECONNECTS + 1)]})
    with pytest.raises(ApiUnreachableError):
        follow(fake)
    assert len(fake.requests) == 1 + RECONNECTS + 1


def test_an_order_that_is_not_there_is_not_asked_for_again() -> None:
    fake = FakeApi({PATH: [problem(404)]})
    with pytest.raises(ApiRefusedError):
        follow(fake)
