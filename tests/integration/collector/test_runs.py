"""Runs over a real database: who is asked, who is not, and when a run ends."""

import datetime as dt
import hashlib
from dataclasses import replace
from uuid import UUID

import pytest

from answerlens_collection.answers import store as answers
from answerlens_collection.answers.answer import Answer, Link
from answerlens_collection.collections import closing
from answerlens_collection.collections import store as collections
from answerlens_collection.collections.plan import Plan, plan_keyword_day
from answerlens_collection.collections.store import Collection
from answerlens_collection.messages import question_of
from answerlens_collector import store
from answerlens_collector.handlers import AskHandlers, PlanHandlers
from answerlens_collector.outcome import outcome
from answerlens_common.contracts.statuses import AnswerStatus, ClaimStatus, CollectionStatus
from answerlens_common.db import Database
from answerlens_common.events import KeywordBankBuilt, Lane, QuestionQueued
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from tests.support.collected import as_today

DAY = dt.date(2026, 6, 1)
BUILT = KeywordBankBuilt(keyword="蓝牙耳机", date=DAY, bank_version=1, lane=Lane.EXPRESS)
QUESTIONS = 4


@pytest.fixture
async def order(database: Database) -> UUID:
    """An order on two engines, with its bank."""
    async with database.transaction() as tx:
        for engine in ("chat-a", "chat-b"):
            await tx.execute(
                "INSERT INTO engine (name, kind, surface, profile) VALUES (:name, 'browser', 'browser', '{}')",
                name=engine,
            )
        for number in range(1, QUESTIONS + 1):
            await tx.execute(
                "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
                " generated_question, source_questions) VALUES (:keyword, 1, :id, 0, '选购', :question, '[]')",
                keyword=BUILT.keyword,
                id=f"1-0-{number:02d}",
                question=f"问题 {number}？",
            )
    return await place(database, "one")


async def place(db: Database, user: str, engines: str = "{chat-a,chat-b}") -> UUID:
    async with db.transaction() as tx:
        owner = await tx.value(
            "INSERT INTO users (name, role, key_sha256) VALUES (:name, 'client', :name) RETURNING id", name=user
        )
        found: UUID = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " VALUES (:user, :keyword, '索尼', '{}', CAST(:engines AS text[]), :date) RETURNING id",
            user=owner,
            keyword=BUILT.keyword,
            engines=engines.strip("{}").split(","),
            date=DAY,
        )
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:order, :date, :keyword)",
            order=found,
            date=DAY,
            keyword=BUILT.keyword,
        )
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine)"
            " SELECT id, first_date, unnest(engines) FROM orders WHERE id = :order",
            order=found,
        )
    return found


async def cancel(db: Database, order: UUID) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE measurement SET status = 'cancelled' WHERE order_id = :order", order=order)


async def lease_for(db: Database, stage: str, message: str = "1", item: str = "") -> Lease:
    lease = await acquire(db, ClaimKey.of(stage, BUILT, item), message, Lane.EXPRESS, 30)
    assert isinstance(lease, Lease)
    return lease


def wanted(number: int) -> QuestionQueued:
    return QuestionQueued(
        keyword=BUILT.keyword,
        date=DAY,
        lane=BUILT.lane,
        engine="chat-a",
        question_id=f"1-0-{number:02d}",
        replicate=1,
    )


async def plan(lease: Lease, event: KeywordBankBuilt, engine: str) -> Plan:
    async with lease.write() as tx:
        return await plan_keyword_day(
            tx,
            event.keyword,
            event.date,
            engine,
            bank_version=event.bank_version,
            lane=event.lane,
            repeat=lease.attempt > 1,
        )


async def look_up(db: Database, number: int) -> answers.Asked:
    asked = await answers.look_up(db, question_of(await as_today(db, wanted(number))))
    assert asked is not None
    return asked


async def collection(db: Database) -> Collection:
    found = await collections.find(db, BUILT.keyword, DAY, "chat-a")
    assert found is not None
    return found


async def end(db: Database, number: int, answer: Answer) -> CollectionStatus | None:
    asked = await look_up(db, number)
    lease = await lease_for(db, "ask", str(number), f"1-0-{number:02d}")
    async with lease.write() as tx:
        await answers.store(tx, asked, answer, seconds=1.0)
        closed = await closing.close_when_answered(tx, asked.collection.id, 0.5)
    await lease.close()
    return None if closed is None else closed.status


async def test_a_plan_publishes_every_question_of_every_wanted_engine_once(database: Database, order: UUID) -> None:
    assert order
    planning = PlanHandlers(database, {"chat-a", "chat-b"})
    lease = await lease_for(database, "plan")
    published = await planning.on_keyword_bank_built(BUILT, lease)
    assert len(published) == 2 * QUESTIONS
    # the same again: the run goes on, nobody new waits on a faster lane, nothing is published twice
    assert await planning.on_keyword_bank_built(BUILT, lease) == []


async def test_an_engine_that_is_not_enabled_fails_for_those_who_want_it(database: Database, order: UUID) -> None:
    assert order
    planning = PlanHandlers(database, {"chat-a"})
    published = await planning.on_keyword_bank_built(BUILT, await lease_for(database, "plan"))
    failed = [event for event in published if type(event).__name__ == "StageFailed"]
    assert [getattr(event, "engine") for event in failed] == ["chat-b"]  # noqa: B009 - the type is not narrowed
    assert all(getattr(event, "failed_at") for event in failed)  # noqa: B009


async def test_a_bulk_run_that_somebody_waits_for_goes_on_on_the_express_lane(database: Database, order: UUID) -> None:
    assert order
    bulk = BUILT.model_copy(update={"lane": Lane.BULK})
    lease = await lease_for(database, "plan")
    assert len((await plan(lease, bulk, "chat-a")).questions) == QUESTIONS
    await end(database, 1, Answer(status=AnswerStatus.OK, text="索尼"))
    again = await plan(lease, BUILT, "chat-a")
    assert {question.question_id for question in again.questions} == {"1-0-02", "1-0-03", "1-0-04"}
    assert (await collection(database)).lane is Lane.EXPRESS


async def test_the_last_answer_ends_the_run_and_a_repeat_changes_nothing(database: Database, order: UUID) -> None:
    assert order
    await plan(await lease_for(database, "plan"), BUILT, "chat-a")
    link = Link(url="https://example.com", title="t", site="s", cited=True)
    for number in (1, 2, 3):
        assert (
            await end(database, number, Answer(status=AnswerStatus.OK, text="ＳＯＮＹ 好", links=(link,)))
            == "collecting"
        )
    assert await end(database, 4, Answer(status=AnswerStatus.CAPTCHA)) == "collected"
    assert await end(database, 4, Answer(status=AnswerStatus.OK, text="late")) == "collected"
    stored = await database.rows("SELECT status, folded_text FROM ai_answer ORDER BY question_id")
    assert [row["status"] for row in stored] == ["ok", "ok", "ok", "captcha"]
    assert stored[0]["folded_text"] == "sony 好"
    assert await database.value("SELECT count(*) FROM ai_link WHERE cited") == 3
    run = await database.row("SELECT ok_share, status FROM collection")
    assert run is not None
    assert (run["ok_share"], run["status"]) == (0.75, "collected")
    task = await database.row("SELECT status, processed_items, total_items FROM task_log WHERE task_type = 'collect'")
    assert task is not None
    assert (task["status"], task["processed_items"], task["total_items"]) == ("completed", 4, 4)


async def test_a_finish_reason_of_any_length_is_stored(database: Database, order: UUID) -> None:
    assert order
    await plan(await lease_for(database, "plan"), BUILT, "chat-a")
    await end(database, 1, Answer(status=AnswerStatus.OK, text="好", finish_reason="太" * 80))
    await end(database, 2, Answer(status=AnswerStatus.OK, text="好"))
    rows = await database.rows("SELECT finish_reason FROM ai_answer ORDER BY question_id")
    assert [row["finish_reason"] for row in rows] == ["太" * 50, None]


async def test_whether_the_citations_of_an_answer_are_known_is_kept(database: Database, order: UUID) -> None:
    assert order
    await plan(await lease_for(database, "plan"), BUILT, "chat-a")
    await end(database, 1, Answer(status=AnswerStatus.OK, text="x", citations_known=True))
    await end(database, 2, Answer(status=AnswerStatus.OK, text="x\0", citations_known=False))
    stored = await database.rows("SELECT citations_known FROM ai_answer ORDER BY question_id")
    assert [row["citations_known"] for row in stored] == [True, False]


async def test_a_run_keeps_the_checksum_of_the_profile_it_was_opened_with(database: Database, order: UUID) -> None:
    assert order
    lease = await lease_for(database, "plan")

    async def checksum(engine: str) -> str:
        await plan(lease, BUILT, engine)
        found: str = await database.value("SELECT profile_sha256 FROM collection WHERE engine = :e", e=engine)
        return found

    first = await checksum("chat-a")
    assert first == hashlib.sha256(b"{}").hexdigest()
    async with database.transaction() as tx:
        await tx.execute("UPDATE engine SET updated_at = now() + interval '1 hour'")
    assert await checksum("chat-b") == first
    async with database.transaction() as tx:
        await tx.execute("""UPDATE engine SET profile = '{"name": "x"}'""")
    assert await checksum("chat-a") == first


async def test_too_few_answers_fail_the_run(database: Database, order: UUID) -> None:
    assert order
    await plan(await lease_for(database, "plan"), BUILT, "chat-a")
    await end(database, 1, Answer(status=AnswerStatus.OK, text="x"))
    for number in (2, 3):
        await end(database, number, Answer(status=AnswerStatus.FAILED, error="no"))
    assert await end(database, 4, Answer(status=AnswerStatus.REFUSED)) == "failed"
    # who is told late is told of those who had come by then
    moment = await database.value("SELECT completed_at FROM collection")
    assert moment is not None
    assert (await collection(database)).failed_at == moment
    ask = AskHandlers(database, None, 0.5, None, None)  # type: ignore[arg-type]  # nothing is asked
    failed = await collection(database)
    (told,) = await ask.cached(await as_today(database, wanted(4))) or []
    assert getattr(told, "failed_at") == moment  # noqa: B009 - the type is not narrowed
    assert [awaited.seen_at > moment for awaited in await store.awaited_engines(database, BUILT)] == [True, True]
    async with database.transaction() as tx:
        await tx.execute("UPDATE collection SET status = 'collecting', completed_at = NULL")
    assert (await collection(database)).failed_at is None
    assert outcome(replace(failed, completed_at=None), BUILT.lane, None) == [], "it goes on again"


async def test_a_run_nobody_wants_pauses_and_a_new_order_takes_it_up(database: Database, order: UUID) -> None:
    lease = await lease_for(database, "plan")
    await plan(lease, BUILT, "chat-a")
    asked = await look_up(database, 1)
    assert asked.is_awaited
    assert not await closing.pause_unless_awaited(database, asked.collection.id)
    await cancel(database, order)
    assert not (await look_up(database, 1)).is_awaited
    assert await closing.pause_unless_awaited(database, asked.collection.id)
    assert await store.awaited_engines(database, BUILT) == []
    await place(database, "two")
    assert len((await plan(lease, BUILT, "chat-a")).questions) == QUESTIONS


async def test_a_plan_does_not_open_a_run_again_that_has_just_ended(database: Database, order: UUID) -> None:
    assert order
    bulk = BUILT.model_copy(update={"lane": Lane.BULK})
    lease = await lease_for(database, "plan")
    await plan(lease, bulk, "chat-a")
    for number in range(1, QUESTIONS + 1):
        await end(database, number, Answer(status=AnswerStatus.OK, text="x"))
    ended = await plan(lease, BUILT, "chat-a")
    assert (ended.collection and ended.collection.status, ended.questions) == (CollectionStatus.COLLECTED, [])
    assert await database.value("SELECT status FROM collection") == "collected"


async def test_after_a_failed_plan_the_next_order_has_its_questions_published(database: Database, order: UUID) -> None:
    assert order
    lease = await lease_for(database, "plan")
    await plan(lease, BUILT, "chat-a")
    await PlanHandlers(database, set()).failed(BUILT, lease, "the broker was gone")
    await lease.release(ClaimStatus.FAILED, "the broker was gone")
    again = await plan(await lease_for(database, "plan", "2"), BUILT, "chat-a")
    assert len(again.questions) == QUESTIONS
