"""Rows of tables that there were not yet when the seed was dumped."""

IMPORT = "6c1f3b0e-2f0a-4b53-8a44-0d3f6a1e9b77"
SQL = f"""
INSERT INTO answer_import (id, user_id, status, format, date, request_sha256, batches, ignored, result, created_at,
    completed_at)
SELECT '{IMPORT}', id, 'completed', 'csv', '2026-12-01', 'x', 1, '["note"]', '{{"rows": 3, "taken": 2}}',
    '2026-12-01 01:00:00Z', '2026-12-01 01:00:02.5Z'
FROM users WHERE name = 'client';
INSERT INTO answer_import_batch (import_id, number, count, checked_at)
VALUES ('{IMPORT}', 1, 3, '2026-12-01 01:00:01Z');
INSERT INTO answer_import_refusal (import_id, line, field, reason)
VALUES ('{IMPORT}', 3, 'engine', 'must be a name of 2 to 31 letters a-z, digits and -, such as deepseek');
"""  # noqa: S608
"""An import of the client, whose answers have been dropped after their time."""
