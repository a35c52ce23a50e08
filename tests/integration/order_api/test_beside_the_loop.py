"""What takes long to read or to write is done beside the event loop, so that no other client waits for it."""

import threading
from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_common.text.links import owners
from answerlens_order_api.handlers import Handlers
from answerlens_orders.reports import read as reports
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import ANSWERS, ENGINES, QUESTIONS, RIVALS, first_date, path, run
from tests.support.answered import store_bank, store_day


@pytest.mark.fault("F54")
@pytest.mark.parametrize(
    ("where", "name", "of"),
    [
        (owners, "read_link", "evidence"),
        (reports, "rates_of", "measurements"),
        (reports, "version_view", "report/versions"),
    ],
)
async def test_a_long_page_is_made_in_another_thread(  # noqa: PLR0917 - pytest passes them by name
    db: Database,
    clients: Clients,
    handlers: Handlers,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    of: str,
) -> None:
    """A page of 100 held everybody up for half a second, and a key may ask for ten in one."""
    order = await clients.place(competitors=RIVALS)
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, first_date(order), ANSWERS)
    await run(db, handlers, first_date(order))
    threads = []
    plain = getattr(where, name)

    def noted(*given: Any) -> Any:
        threads.append(threading.current_thread())
        return plain(*given)

    monkeypatch.setattr(where, name, noted)
    assert (await clients.acme.get(path(order, of), params={"limit": 100})).json()["items"]
    assert threads
    assert threading.main_thread() not in threads
