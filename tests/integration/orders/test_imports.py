"""Answers that were collected elsewhere: cut, checked, joined, scored and analysed."""

import asyncio
import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook

from answerlens_common.contracts.imports import FileFormat
from answerlens_common.errors import NotFoundError
from answerlens_common.events import BatchCut, CollectionAnswered, ImportReceived
from answerlens_orders.imports.read import cancel_import, read_import
from answerlens_scorer import handlers
from tests.integration.orders.imported import (
    LEFT_NOTHING,
    OWN,
    RIVAL,
    answers,
    digest,
    import_file,
    json_lines,
    left_on_the_way,
    received,
    row,
    run,
    work_off,
)
from tests.support.line import Line
from tests.support.unreliable import Broker


async def test_an_import_is_scored_and_analysed_and_says_which_rows_it_refused(
    line: Line, broker: Broker, client: UUID
) -> None:
    rows: list[Any] = [row(number) for number in range(1, 2_301)]
    rows[99] |= {"engine": "深度"}
    rows[1_500] = "{"
    rows[2_299] |= {"answer": ""}
    view = await run(line, broker, client, json_lines(rows))
    assert (view.status, view.progress, view.error_message) == ("completed", 100, None)
    assert (view.batches, view.checked_batches, view.rows, view.taken, view.refused) == (3, 3, 2300, 2297, 3)
    assert [(one.line, one.field) for one in view.reasons] == [(100, "engine"), (1501, ""), (2300, "answer")]
    (engine,) = view.engines
    assert (engine.engine, engine.answers, engine.usable, engine.scored) == ("other-chat", 2297, 2297, 2297)
    assert engine.status == "analysed"
    own, rival = engine.brands
    # of the even numbers 100 and 2300 were refused, both multiples of four
    named = {one.brand: one.rates["mention_rate"] for one in (own, rival)}
    assert {brand: rate and (rate["k"], rate["n"]) for brand, rate in named.items()} == {
        OWN: (573, 2297),
        RIVAL: (1148, 2297),
    }
    assert await left_on_the_way(line.db) == LEFT_NOTHING


async def test_what_a_file_says_of_an_answer_is_kept_and_nothing_of_it_is_shared(
    line: Line, broker: Broker, client: UUID
) -> None:
    rows = [
        row(
            1,
            keyword="蓝牙耳机",
            asked_at="2025-12-31T09:30:00+08:00",
            model="m-1",
            links=["https://a.example/1"],
            listed_links=["https://b.example/2"],
            external_id="x-1",
        ),
        row(2, status="captcha", answer=""),
    ]
    await run(line, broker, client, json_lines(rows))
    (import_id,) = [one["id"] for one in await line.db.rows("SELECT id FROM answer_import")]
    first, second = await answers(line.db, import_id)
    assert (first["retention"], first["keyword"], first["surface"]) == ("private", None, "imported")
    assert (first["question"], first["question_text"], first["answer_text"]) == ("问题 1？", "问题 1？", "第1个回答。")
    assert (str(first["asked_at"]), first["served_model"], first["external_id"]) == (
        "2025-12-31 01:30:00+00:00",
        "m-1",
        "x-1",
    )
    assert (first["cited"], first["citations_known"], second["citations_known"]) == (
        ["https://a.example/1"],
        True,
        False,
    )
    assert (second["status"], second["answer_text"]) == ("captcha", "")
    for view in ("keyword_answer", "keyword_collection", "keyword_score", "keyword_link"):
        assert await line.db.value(f"SELECT count(*) FROM {view}") == 0  # noqa: S608


async def test_a_table_of_several_engines_is_a_collection_each(line: Line, broker: Broker, client: UUID) -> None:
    content = "question,answer,engine,note\n" + "".join(f"问{n},{OWN}好,chat-{'xy'[n % 2]},n\n" for n in range(6))
    view = await run(line, broker, client, content.encode(), form=FileFormat.CSV)
    assert [(one.engine, one.answers, one.status) for one in view.engines] == [
        ("chat-x", 3, "analysed"),
        ("chat-y", 3, "analysed"),
    ]
    assert view.ignored_columns == ["note"]


async def test_the_same_file_again_is_the_same_import_and_makes_no_double(
    line: Line, broker: Broker, client: UUID
) -> None:
    content = json_lines([row(number) for number in range(1, 5)])
    view = await run(line, broker, client, content)
    before = await digest(line.db, view.id)
    again = await import_file(line.db, client, content)
    assert (again.import_id, again.replayed) == (view.id, True)
    assert await work_off(line, broker, []) == []
    assert await digest(line.db, view.id) == before
    other = await import_file(line.db, client, content, brands=[OWN])
    assert (other.import_id != view.id, other.replayed) == (True, False)
    assert await line.db.value("SELECT count(*) FROM answer_import") == 2
    assert (
        await line.db.value("SELECT count(*) FROM answer_import_piece WHERE import_id <> :id", id=other.import_id) == 0
    )


async def test_two_who_send_the_same_file_at_once_make_one_import(line: Line, client: UUID) -> None:
    content = json_lines([row(number) for number in range(1, 5)])
    found = await asyncio.gather(*(import_file(line.db, client, content) for _ in range(4)))
    assert len({one.import_id for one in found}) == 1
    assert sorted(one.replayed for one in found) == [False, True, True, True]
    assert len(await received(line.db)) == 1


async def test_doubles_are_refused_by_the_lines_and_other_askings_are_replicates(
    line: Line, broker: Broker, client: UUID
) -> None:
    filler = [row(number) for number in range(10, 1_010)]  # another batch, which may be checked first
    rows = [
        row(1),
        row(2, external_id="a"),
        row(3, replicate=2),
        *filler,
        row(1),
        row(1, answer="别的回答。"),
        row(4, external_id="a"),
        row(3, replicate=2, answer="别的回答。"),
        row(3),
        row(3, replicate=1),
        row(3, engine="third-chat", replicate=2),
    ]
    view = await run(line, broker, client, json_lines(rows))
    assert [(one.line, one.field, one.reason) for one in view.reasons] == [
        (1004, "", "is the same answer as line 1"),
        (1006, "", "is the same answer as line 2"),
        (1007, "", "is the same answer as line 3"),
    ]
    found: dict[tuple[str, str], list[int]] = {}
    for one in await answers(line.db, view.id):
        found.setdefault((one["engine"], one["question"]), []).append(one["replicate"])
    assert found["other-chat", "问题 1？"] == [1, 2]
    assert found["other-chat", "问题 3？"] == [1, 2, 3]
    assert found["third-chat", "问题 3？"] == [2]
    assert view.taken == len(rows) - 3


async def test_rows_of_more_engines_than_an_import_may_have_are_refused(
    line: Line, broker: Broker, client: UUID
) -> None:
    rows = [row(number, engine=f"chat-{30 - number}") for number in range(1, 23)]
    rows.append(row(50, engine="chat-29"))
    view = await run(line, broker, client, json_lines(rows), brands=[])
    assert [(one.line, one.field, one.reason) for one in view.reasons] == [
        (number, "engine", "is an engine beyond the first 20 of the file") for number in (21, 22)
    ]
    assert (view.taken, len(view.engines)) == (21, 20)


async def test_captchas_that_are_alike_are_all_kept(line: Line, broker: Broker, client: UUID) -> None:
    rows = [row(1), *[row(1, status="captcha", answer="") for _ in range(3)]]
    view = await run(line, broker, client, json_lines(rows), brands=[])
    assert (view.taken, view.refused) == (4, 0)


async def test_a_question_that_is_asked_too_often_is_refused_from_there_on(
    line: Line, broker: Broker, client: UUID
) -> None:
    rows = [row(1, external_id=f"x-{number}") for number in range(1_003)]
    view = await run(line, broker, client, json_lines(rows))
    assert [(one.line, one.reason) for one in view.reasons] == [
        (number, "is asked more than 1000 times") for number in (1001, 1002, 1003)
    ]
    assert view.taken == 1000


async def test_nothing_is_scored_where_no_brand_is_looked_for(line: Line, broker: Broker, client: UUID) -> None:
    taken = await import_file(line.db, client, json_lines([row(1), row(2)]), brands=[])
    published = await work_off(line, broker, [])
    assert [type(event) for event in published] == [ImportReceived, BatchCut]
    view = await read_import(line.db, client, taken.import_id)
    assert (view.status, view.taken) == ("completed", 2)
    assert [(one.engine, one.answers, one.scored, one.status) for one in view.engines] == [("other-chat", 2, 0, None)]


async def test_an_import_is_its_clients_alone(line: Line, client: UUID) -> None:
    taken = await import_file(line.db, client, json_lines([row(1)]))
    for stranger in (uuid4(), client):
        import_id = taken.import_id if stranger != client else uuid4()
        with pytest.raises(NotFoundError):
            await read_import(line.db, stranger, import_id)
        with pytest.raises(NotFoundError):
            await cancel_import(line.db, stranger, import_id)


async def test_many_answers_are_scored_turn_by_turn_and_others_go_between(
    line: Line, broker: Broker, client: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MOST_AT_ONCE", 2)
    taken = await import_file(line.db, client, json_lines([row(number) for number in range(1, 6)]))
    published = await work_off(line, broker, [])
    assert [type(event) for event in published].count(CollectionAnswered) == 3
    view = await read_import(line.db, client, taken.import_id)
    assert (view.status, view.engines[0].scored) == ("completed", 5)


async def test_a_workbook_is_imported_like_any_other_file(line: Line, broker: Broker, client: UUID) -> None:
    workbook = Workbook()
    for cells in (
        ["engine", "question", "answer"],
        ["other-chat", "怎么选？", f"{OWN}好。"],
        ["深度", "贵吗？", "不贵。"],
    ):
        workbook.active.append(cells)
    content = io.BytesIO()
    workbook.save(content)
    view = await run(line, broker, client, content.getvalue(), form=FileFormat.XLSX)
    assert (view.status, view.taken, [(one.line, one.field) for one in view.reasons]) == (
        "completed",
        1,
        [(3, "engine")],
    )


@pytest.mark.long
async def test_fifty_thousand_rows_with_five_hundred_bad_ones(line: Line, broker: Broker, client: UUID) -> None:
    rows = [row(number) if number % 100 else {"question": "?"} for number in range(1, 50_001)]
    view = await run(line, broker, client, json_lines(rows), brands=[])
    assert (view.status, view.batches, view.rows, view.taken, view.refused) == ("completed", 50, 50_000, 49_500, 500)
    assert [one.line for one in view.reasons] == list(range(100, 50_001, 100))
    assert {one.reason for one in view.reasons} == {"is missing"}
    assert [one["number"] for one in await answers(line.db, view.id)] == list(range(1, 49_501))
