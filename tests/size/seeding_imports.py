"""Imports as they are after months: most have ended, a few are on their way from a file to answers."""

from typing import Final

# A tenth as many imports as orders; two are being checked, and one is analysed.
_IMPORTS = """
INSERT INTO answer_import (user_id, status, format, date, request_sha256, batches, created_at, completed_at, result)
SELECT u.id, CASE WHEN n <= 2 THEN 'checking' WHEN n = 3 THEN 'analysing' ELSE 'completed' END, 'csv',
    CAST(moment AS date), encode(sha256(n::text::bytea), 'hex'), CASE WHEN n <> 1 THEN 10 END, moment,
    CASE WHEN n > 3 THEN moment END, CASE WHEN n > 3 THEN CAST('{"taken": 9900}' AS jsonb) END
FROM generate_series(1, CAST(:orders AS int) / 10) n JOIN users u ON u.name = 'u' || 1 + n % 49,
    LATERAL (SELECT now() - make_interval(hours => n) AS moment) m
"""
_PIECES = """
INSERT INTO answer_import_piece (import_id, number, content)
SELECT id, n, 'x' FROM answer_import, generate_series(1, 200) n WHERE status = 'checking' AND batches IS NULL
"""
_BATCHES = """
INSERT INTO answer_import_batch (import_id, number, count, rows, checked_at)
SELECT id, n, 1000, CASE WHEN status = 'checking' AND n > 8 THEN '[]' END,
    CASE WHEN status <> 'checking' OR n <= 8 THEN created_at END
FROM answer_import, generate_series(1, 10) n
"""
_ROWS = """
INSERT INTO answer_import_row (import_id, line, batch, engine, question, mark, status, answer_text, folded_text,
    citations_known)
SELECT id, n, 1 + n / 1000, 'other-chat', '问题' || n, encode(sha256(n::text::bytea), 'hex'), 'ok', '回答', '回答',
    false
FROM answer_import, generate_series(1, 7999) n WHERE status = 'checking'
"""
_REFUSALS = """
INSERT INTO answer_import_refusal (import_id, line, field, reason)
SELECT id, n * 100, 'answer', 'must not be empty' FROM answer_import, generate_series(1, 100) n
"""
OF_IMPORTS: Final = (_IMPORTS, _PIECES, _BATCHES, _ROWS, _REFUSALS)
"""In the order in which they are filled; after users."""
