"""Diagnoses and what was found of their brands, as they are after months."""

from typing import Final

_RATE = '{"k": 84, "n": 200, "rate": 0.42, "low": 0.3537, "high": 0.4891, "method": "wilson", "verdict": null}'
# As many diagnoses as orders, of three brands on two engines, whose answers have been dropped for all but a few.
_DIAGNOSES = """
INSERT INTO diagnosis (user_id, payload, status, created_at, started_at, completed_at, result)
SELECT u.id, '{}', CASE n WHEN 1 THEN 'running' ELSE 'completed' END, moment, moment,
    CASE WHEN n > 1 THEN moment END, CASE WHEN n > 1 THEN CAST('{"partial": false}' AS jsonb) END
FROM generate_series(1, :orders) n JOIN users u ON u.name = 'u' || 1 + n % 49,
    LATERAL (SELECT now() - make_interval(hours => n) AS moment) m
"""
_SUBJECTS = """
INSERT INTO subject (owner_id, place, brand)
SELECT id, place, jsonb_build_object('name', '品牌' || place) FROM diagnosis, generate_series(1, 3) place
"""
_PRIVATE_RUNS = """
INSERT INTO collection (purpose, owner_id, engine, date, surface, total, lane, status, ok_share, created_at, asked_at,
    completed_at)
SELECT 'diagnosis', id, engine, CAST(:today AS date), 'browser', 10, 'express',
    CASE status WHEN 'running' THEN 'collecting' ELSE 'scored' END, 1, created_at, created_at, completed_at
FROM diagnosis, unnest(CAST(:engines AS text[])) engine
"""
_WAITING_SUBJECTS = """
INSERT INTO collection_subject (collection_id, subject_id, status)
SELECT c.id, s.id, CASE c.status WHEN 'scored' THEN 'analysed' ELSE 'pending' END
FROM collection c JOIN subject s ON s.owner_id = c.owner_id
"""
_SUBJECT_OUTCOMES = """
INSERT INTO subject_outcome (subject_id, collection_id, outcomes)
SELECT subject_id, collection_id, '{"surface": "browser"}' FROM collection_subject WHERE status = 'analysed'
"""
_SUBJECT_RATES = f"""
INSERT INTO subject_rate (subject_id, collection_id, engine, surface, date, rates, head_to_head, versions)
SELECT w.subject_id, c.id, c.engine, c.surface, c.date, jsonb_build_object('mention_rate', CAST('{_RATE}' AS jsonb)),
    '{{}}', '{{}}'
FROM collection_subject w JOIN collection c ON c.id = w.collection_id WHERE w.status = 'analysed'
"""  # noqa: S608
OF_DIAGNOSES: Final = (
    _DIAGNOSES,
    _SUBJECTS,
    _PRIVATE_RUNS,
    _WAITING_SUBJECTS,
    _SUBJECT_OUTCOMES,
    _SUBJECT_RATES,
)
"""In the order in which they are filled; after users and engines."""
