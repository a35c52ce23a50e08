"""Keys, cursors, stopping and the first user's command."""

import asyncio
import base64
import datetime as dt
import signal
from uuid import UUID

import pytest

from answerlens_common.errors import RefusedError
from answerlens_order_api import users
from answerlens_order_api.rest.shutdown import on_stop
from answerlens_orders.accounts.keys import is_key, new_key, sha256_of
from answerlens_orders.paging import after, cursor_of


def test_keys_are_long_random_and_recognised() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(is_key(key) and len(key) == 46 for key in keys)
    for other in ("", "al_", "al_" + "x" * 42, "al_" + "x" * 44, "xx_" + "x" * 43, "al_" + "x" * 42 + "\n"):
        assert not is_key(other)
    assert len(sha256_of("al_x")) == 64


def test_a_cursor_stands_for_its_key() -> None:
    key = (dt.datetime(2026, 1, 2, 3, 4, 5, 678901, dt.UTC), UUID(int=7))
    assert after(cursor_of("orders", (key[0].isoformat(), key[1])), "orders", tuple[dt.datetime, UUID]) == key
    assert after(None, "orders", tuple[dt.datetime, UUID]) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'["2026-01-02", "x"]').decode(),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(RefusedError) as refused:
        after(cursor, "orders", tuple[dt.datetime, UUID])
    assert [error.field for error in refused.value.fields] == ["cursor"]


async def test_a_signal_to_stop_is_heard_and_passed_on() -> None:
    heard: list[str] = []

    def before(*_: object) -> None:
        heard.append("before")

    outer = signal.signal(signal.SIGTERM, before)
    try:
        with on_stop(lambda: heard.append("leave")):
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(0)
        assert heard == ["before", "leave"]
        assert signal.getsignal(signal.SIGTERM) is before
    finally:
        signal.signal(signal.SIGTERM, outer)


def test_a_user_cannot_be_named_at_will(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        users.main(["add", "a/b", "--role", "client"])
    assert ended.value.code == 2
    assert "name:" in capsys.readouterr().err
