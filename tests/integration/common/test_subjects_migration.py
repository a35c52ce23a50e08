"""Diagnoses of before, whose brands nothing had checked, become today's."""

import asyncio
import json

from alembic import command

from tests.integration.common.before import yesterdays

BEFORE, MIGRATION = "0029", "0030"
BRANDS = {
    "named": ["索尼", "", "  ", None, "Bose"],
    "blank": [""],
    "none": [],
    "no list": None,
}


async def test_blank_names_are_left_out_and_a_diagnosis_without_brands_has_failed(postgres_url: str) -> None:
    async with yesterdays(postgres_url, "before_subjects") as (db, config, _):
        await asyncio.to_thread(command.upgrade, config, BEFORE)
        user = await db.fetchval("INSERT INTO users (name, role, key_sha256) VALUES ('d', 'client', 'd') RETURNING id")
        for task, brands in BRANDS.items():
            for status in ("running", "completed"):
                await db.execute(
                    "WITH opened AS (INSERT INTO diagnosis (user_id, task_type, payload, status)"
                    " VALUES ($1, $2, $3, $4) RETURNING id)"
                    " INSERT INTO collection (purpose, owner_id, engine, date, surface, total, lane)"
                    " SELECT 'diagnosis', id, 'chat-a', '2026-12-01', 'browser', 1, 'express' FROM opened",
                    user,
                    task,
                    json.dumps({"brands": brands}),
                    status,
                )
        await asyncio.to_thread(command.upgrade, config, MIGRATION)
        rows = await db.fetch(
            "SELECT d.task_type, d.status, d.completed_at IS NOT NULL AS ended, d.error_message IS NOT NULL AS told,"
            " array(SELECT s.place || (s.brand ->> 'name') FROM subject s WHERE s.owner_id = d.id ORDER BY s.place)"
            " AS brands, (SELECT count(*) FROM collection_subject w JOIN collection c ON c.id = w.collection_id"
            " WHERE c.owner_id = d.id AND w.status = 'pending') AS waiting FROM diagnosis d"
        )
        found = {(row["task_type"], row["status"]): (row["brands"], row["waiting"]) for row in rows}
        assert found == {
            ("named", "running"): (["1索尼", "2Bose"], 2),
            ("named", "completed"): (["1索尼", "2Bose"], 0),
            **{(task, status): ([], 0) for task in ("blank", "none", "no list") for status in ("failed", "completed")},
        }
        assert all(row["ended"] and row["told"] for row in rows if row["status"] == "failed")
