"""Filters of evidence: found however wide they were typed, and refused when they can mean nothing."""

import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import ANSWERS, ENGINES, QUESTIONS, RIVALS, evidence, first_date, path, run
from tests.support.answered import store_bank, store_day


@pytest.mark.case("a8")
async def test_evidence_is_found_however_wide_its_filters_were_typed(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place(competitors=RIVALS)
    await store_bank(db, QUESTIONS)
    for engine in ENGINES:
        await store_day(db, engine, first_date(order), ANSWERS)
    await run(db, handlers, first_date(order))
    plain = await evidence(clients, order, engine="chat-a", rate="mention_rate[cluster=0]")
    wide = await evidence(clients, order, engine="ｃhat-a", rate="mention_rate［cluster=０］")
    assert (wide["items"], wide["rates"]) == (plain["items"], plain["rates"])
    assert plain["items"]
    for bad in ("mention_rate[cluster=00]", "Mention_rate", "mention_rate\x00", ""):
        answer = await clients.acme.get(path(order, "evidence"), params={"rate": bad})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "rate")
