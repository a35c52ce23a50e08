"""A task's progress, counted in its rows."""

import datetime as dt

from answerlens_common.db import Database
from tests.integration.order_api.conftest import Clients
from tests.support.collected import Kept, store_answers, store_collection


async def test_a_tasks_checkpoint_is_read_from_its_rows(db: Database, clients: Clients) -> None:
    date = dt.date(2026, 1, 2)
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO task_log (keyword, date, engine, task_type) SELECT '手机', '2026-01-02', engine, type"
            " FROM (VALUES ('', 'bank'), ('chat-a', 'collect'), ('chat-a', 'score')) AS task (engine, type)"
        )
        await tx.execute("INSERT INTO keyword_day VALUES ('手机', '2026-01-02', 1)")
        await tx.execute("INSERT INTO bank (keyword, version, built_date) VALUES ('手机', 1, '2026-01-02')")
        await tx.execute(
            "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
            " generated_question, source_questions) SELECT '手机', 1, n::text, (n - 1) / 2, '', '', '[]'"
            " FROM generate_series(1, 4) AS n"
        )
        task = await tx.value("SELECT id FROM task_log WHERE task_type = 'collect'")
        collection_id = await store_collection(tx, "手机", date, total=4, task_id=task)
        await store_answers(tx, collection_id, [Kept("1", score=3), Kept("2"), Kept("3", "failed")])
        await tx.execute(
            "INSERT INTO collection_question (collection_id, number, retention, date, question_id, text)"
            " SELECT id, 4, retention, date, '4', '' FROM collection"
        )
        await tx.execute(
            "INSERT INTO claim (stage, scope, keyword, date, engine, item, lane, lease_until)"
            " VALUES ('ask', 'collection:' || :id, '手机',"
            " '2026-01-02', 'chat-a', '4#1', 'express', now() + interval '1 hour')",
            id=str(collection_id),
        )
    items = (await clients.admin.get("/api/monitor/tasks/running")).json()["items"]
    found = {item["task_type"]: item for item in items}
    counted = {name: (item["progress"], item["total"], item["percentage"]) for name, item in found.items()}
    assert counted == {"bank": (2, 8, 25), "collect": (3, 4, 75), "score": (1, 2, 50)}
    checkpoint = found["collect"]["progress_checkpoint"]
    assert checkpoint.pop("started_at")
    assert checkpoint == {
        "stage": "collect",
        "keyword": "手机",
        "completed_questions": ["1#1", "2#1", "3#1"],
        "current_question": "4#1",
        "question_count": 4,
    }
    assert found["collect"]["current_item"] == "4#1"
    assert found["score"]["progress_checkpoint"]["completed_questions"] == ["1#1"]
    assert found["bank"]["progress_checkpoint"]["question_count"] == 4
