"""What is left of a connection that cannot be made."""

from collections.abc import Awaitable, Callable

import pytest
from aio_pika import Connection

from answerlens_common.broker.connecting import connect, connect_for_good

NOWHERE = "amqp://127.0.0.1:1/"


@pytest.mark.parametrize("way", [connect, lambda url: connect_for_good(url, 1.0)])
async def test_a_connection_that_cannot_be_made_is_closed(
    way: Callable[[str], Awaitable[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Connection] = []
    begin = Connection.__init__

    def noted(self: Connection, *args: object, **options: object) -> None:
        begun.append(self)
        begin(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "__init__", noted)
    with pytest.raises(OSError, match="Connect call failed"):
        await way(NOWHERE)
    assert [connection.is_closed for connection in begun] == [True]
