"""How imports end without their result, and what is left of them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from answerlens_common.broker.delivery import GivenUpError
from answerlens_common.contracts.imports import FileFormat
from answerlens_common.errors import BusinessError, ConflictError, LimitReachedError, RefusedError
from answerlens_common.events import BatchCut, CollectionAnswered, ImportReceived, StageFailed
from answerlens_orders.imports import receiving, store
from answerlens_orders.imports.form import ImportForm
from answerlens_orders.imports.read import cancel_import, read_import
from answerlens_orders.imports.receiving import receive
from tests.integration.orders.imported import (
    LEFT_NOTHING,
    OWN,
    import_file,
    json_lines,
    left_on_the_way,
    received,
    row,
    run,
    sent,
    work_off,
)
from tests.support.line import DAY, Line
from tests.support.unreliable import Broker


@pytest.mark.parametrize(
    ("content", "form", "why"),
    [
        (b"a,b\n1,2\n", FileFormat.CSV, "question, answer, engine is missing"),
        (b"\n\n", FileFormat.JSONL, "no answer that could be taken"),
        (b"{}\n[]\n", FileFormat.JSONL, "no answer that could be taken"),
    ],
)
async def test_a_file_that_brings_nothing_fails_and_says_why(
    line: Line, broker: Broker, client: UUID, content: bytes, form: FileFormat, why: str
) -> None:
    view = await run(line, broker, client, content, form=form)
    assert (view.status, view.progress) == ("failed", None)
    assert why in (view.error_message or "")
    assert broker.dead == []
    assert await left_on_the_way(line.db) == LEFT_NOTHING
    again = await import_file(line.db, client, content, form=form)
    assert not again.replayed, "one that has failed may be tried again"


async def test_an_import_with_too_few_usable_answers_has_no_rates(line: Line, broker: Broker, client: UUID) -> None:
    rows = [row(1), row(2, status="failed"), row(3, status="captcha")]
    view = await run(line, broker, client, json_lines(rows))
    assert (view.status, view.taken) == ("failed", 3)
    assert [(one.status, one.error_code) for one in view.engines] == [("failed", "too_few_answers")]


async def test_an_engine_without_enough_answers_does_not_keep_the_others_from_their_rates(
    line: Line, broker: Broker, client: UUID
) -> None:
    rows = [row(1), row(2), row(3, engine="third-chat", status="failed")]
    view = await run(line, broker, client, json_lines(rows))
    assert view.status == "completed"
    assert [(one.engine, one.status) for one in view.engines] == [("other-chat", "analysed"), ("third-chat", "failed")]


async def test_a_cancelled_import_takes_nothing_more(line: Line, broker: Broker, client: UUID) -> None:
    taken = await import_file(line.db, client, json_lines([row(number) for number in range(1_500)]))
    handlers: dict[Any, Any] = line.handlers()
    await line.relay()
    (event, message_id, _) = broker.waiting.pop()
    await handlers[type(event)](event, message_id)
    await cancel_import(line.db, client, taken.import_id)
    await work_off(line, broker, [])
    view = await read_import(line.db, client, taken.import_id)
    assert (view.status, view.progress, view.taken, view.batches) == ("cancelled", None, None, 2)
    assert await line.db.value("SELECT count(*) FROM ai_answer") == 0
    assert await left_on_the_way(line.db) == LEFT_NOTHING
    with pytest.raises(ConflictError, match="cancelled"):
        await cancel_import(line.db, client, taken.import_id)


async def test_an_import_that_is_cancelled_while_it_is_scored_is_not_analysed(
    line: Line, broker: Broker, client: UUID
) -> None:
    taken = await import_file(line.db, client, json_lines([row(1)]))
    handlers: dict[Any, Any] = line.handlers()
    while True:
        await line.relay()
        event, message_id, _ = broker.waiting.pop(0)
        if isinstance(event, CollectionAnswered):
            break
        await handlers[type(event)](event, message_id)
    view = await read_import(line.db, client, taken.import_id)
    assert (view.status, view.progress) == ("analysing", 50)
    await cancel_import(line.db, client, taken.import_id)
    await work_off(line, broker, [event])
    view = await read_import(line.db, client, taken.import_id)
    assert (view.status, [one.status for one in view.engines]) == ("cancelled", ["cancelled"])
    assert await line.db.value("SELECT count(*) FROM question_score") == 0


async def test_a_stage_that_fails_for_good_ends_the_import(line: Line, broker: Broker, client: UUID) -> None:
    taken = await import_file(line.db, client, json_lines([row(1)]))
    handlers: dict[Any, Any] = line.handlers()

    async def broken(*_: object) -> None:
        message = "no model"
        raise BusinessError(message)

    score = handlers[CollectionAnswered]
    object.__setattr__(score.stage, "work", broken)
    while True:
        await line.relay()
        if not broker.waiting:
            break
        event, message_id, _ = broker.waiting.pop(0)
        try:
            await handlers[type(event)](event, message_id)
        except GivenUpError:
            assert isinstance(event, CollectionAnswered)
    view = await read_import(line.db, client, taken.import_id)
    assert (view.status, [one.status for one in view.engines]) == ("failed", ["failed"])
    assert "could be analysed" in (view.error_message or "")


async def test_what_is_told_of_no_import_changes_nothing(line: Line) -> None:
    handlers: dict[Any, Any] = line.handlers()
    failed = StageFailed(stage="score", date=DAY, engine="chat-x", error="no", collection_id=77)
    await handlers[StageFailed](failed)
    for event in (ImportReceived(import_id=uuid4(), lane="bulk"), BatchCut(import_id=uuid4(), lane="bulk", number=1)):
        await handlers[type(event)](event, str(uuid4()))


async def test_a_file_that_breaks_off_or_is_empty_leaves_nothing(line: Line, client: UUID) -> None:
    async def breaks_off() -> Any:
        yield b"x" * (receiving.PIECE_BYTES + 1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await receive(line.db, client, ImportForm(FileFormat.JSONL, []), DAY, breaks_off())
    with pytest.raises(RefusedError):
        await receive(line.db, client, ImportForm(FileFormat.JSONL, []), DAY, sent(b""))
    assert await line.db.value("SELECT count(*) FROM answer_import") == 0
    assert await line.db.value("SELECT count(*) FROM answer_import_piece") == 0
    assert await received(line.db) == []


@pytest.mark.parametrize("brands", [["!"], [OWN, OWN], ["x"] * 21])
async def test_brands_that_cannot_be_looked_for_are_refused_before_the_file_is_read(
    line: Line, client: UUID, brands: list[str]
) -> None:
    with pytest.raises(RefusedError) as refused:
        await import_file(line.db, client, json_lines([row(1)]), brands=brands)
    assert refused.value.fields[0].field.startswith("brand")


async def test_a_user_has_so_many_imports_in_work_at_once(
    line: Line, client: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_OPEN", 1)
    await import_file(line.db, client, json_lines([row(1)]))
    with pytest.raises(LimitReachedError):
        await import_file(line.db, client, json_lines([row(2)]))


async def test_old_imports_are_forgotten_with_what_was_found_and_files_that_never_came_too(
    line: Line, broker: Broker, client: UUID
) -> None:
    view = await run(line, broker, client, json_lines([row(1)]))
    await store.insert(line.db, client, FileFormat.CSV, DAY)
    async with line.db.transaction() as tx:
        await tx.execute("UPDATE answer_import SET created_at = created_at - interval '3 days'")
        assert await store.forget_old(tx, DAY) == 1, "the answers of the other are kept"
        await tx.execute("DELETE FROM collection WHERE owner_id = :id", id=view.id)
        tomorrow = await tx.value("SELECT CAST(now() + interval '1 day' AS date)")
        assert await store.forget_old(tx, tomorrow) == 1
        assert await tx.value("SELECT count(*) FROM subject") == 0
        assert await tx.value("SELECT count(*) FROM answer_import_refusal") == 0
