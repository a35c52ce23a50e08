"""A database as it is after months: every growing table filled in the proportions of an installation at work.

The present is the worst night: every live order's day is open and nothing has moved in it for two hours; a third of the
keywords have no bank yet, a third are half asked, a third half scored. Texts are short, so what a row weighs is
undertested, not how many there are.
"""

import datetime as dt
import re
from dataclasses import dataclass

from answerlens_common.db import Database
from tests.size.seeding_diagnoses import OF_DIAGNOSES
from tests.size.seeding_imports import OF_IMPORTS
from tests.size.tables import GROWING
from tests.size.upkeep import vacuum

ENGINES = ("chat-a", "chat-b")
QUESTIONS = 200
HEAVY = "heavy"
ADMIN = "admin"
_INTO = re.compile(r"INSERT INTO (\w+)")
# A stage's claims and tasks, and whether it has an engine.
_STAGES = "(VALUES ('search', false), ('bank', false), ('plan', false), ('score', true), ('analyse', true))"
_RATE = '{"k": 84, "n": 200, "rate": 0.42, "low": 0.3537, "high": 0.4891, "method": "wilson", "verdict": null}'
_BRAND = (
    '{"name": "示例", "aliases": ["Sample"], "domains": ["brand.example"], "context": [], "exclude": [],'
    ' "variants": false}'
)
_RATES = (
    "mention_rate",
    "first_mention_rate",
    "top3_rate",
    "share_of_voice",
    "link_mention_rate",
    *(f"mention_rate[cluster={number}]" for number in range(8)),
)


@dataclass(frozen=True)
class Size:
    """How much there is.

    Attributes:
        days: that have passed since the orders were placed; all but the last few have no answers any more.
        answer_days: whose answers are kept.
    """

    orders: int
    keywords: int
    days: int
    answer_days: int


FULL = Size(orders=10_000, keywords=500, days=29, answer_days=10)
TWENTIETH = Size(orders=500, keywords=25, days=29, answer_days=10)


async def fill(db: Database, size: Size, today: dt.date) -> None:
    """Fill a migrated, empty database, and gather its statistics.

    Tables that it does not have are left out: it may be that of an older version.

    Raises:
        LookupError: a growing table got no rows.
    """
    values = {"today": today, **vars(size), "engines": list(ENGINES), "questions": QUESTIONS}
    tables = {row["relname"] for row in await db.rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")}
    for statement in _STATEMENTS:
        if tables.isdisjoint(_INTO.findall(statement)) and "INSERT" in statement:
            continue
        async with db.transaction() as tx:
            await tx.execute("SELECT set_config('synchronous_commit', 'off', true)")
            await tx.execute(statement, **{name: value for name, value in values.items() if f":{name}" in statement})
    await vacuum(db)
    for table in tables.intersection(GROWING):
        if not await db.value(f"SELECT EXISTS (SELECT FROM {table})"):  # noqa: S608 - our own names
            message = f"{table} grows, but nothing is put into it"
            raise LookupError(message)


_USERS = f"""
INSERT INTO users (name, role, key_sha256)
SELECT name, CASE name WHEN '{ADMIN}' THEN 'admin' ELSE 'client' END, encode(sha256(name::bytea), 'hex')
FROM (SELECT 'u' || n FROM generate_series(1, 49) n UNION ALL VALUES ('{ADMIN}'), ('{HEAVY}')) AS one (name)
"""  # noqa: S608
_ENGINES = """
INSERT INTO engine (name, kind, surface, profile)
SELECT engine, 'browser', 'browser', '{}' FROM unnest(CAST(:engines AS text[])) AS engine
"""
# A bank a week; the questions of those before the last are gone.
_BANKS = """
INSERT INTO bank (keyword, version, built_date, status, clusters, next_cluster)
SELECT 'kw' || k, v, CAST(:today AS date) - 7 * (weeks - v) - 1, CASE v WHEN weeks THEN 'ready' ELSE 'dropped' END, 8, 8
FROM generate_series(1, :keywords) k, (SELECT CAST(:days AS int) / 7 + 1 AS weeks) w, generate_series(1, weeks) v
"""
_QUESTIONS = """
INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent, generated_question,
    source_questions, created_at)
SELECT b.keyword, version, version || '-' || n % 8 || '-' || n, n % 8, '选购', b.keyword || '的问题' || n || '？', '[]',
    now() - interval '1 day'
FROM bank b, generate_series(1, CAST(:questions AS int)) n WHERE status = 'ready'
"""
_SEARCHES = """
INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)
SELECT 'kw' || k, CAST(:today AS date) - d * 6, '问题' || n, k || '-' || n, 'https://questions.example/' || n
FROM generate_series(1, :keywords) k, generate_series(0, 2) d, generate_series(1, 60) n
"""
_KEYWORD_DAYS = """
INSERT INTO keyword_day (keyword, date, bank_version)
SELECT 'kw' || k, CAST(:today AS date) - d, CASE WHEN d = 0 AND k % 3 = 0 THEN weeks + 1 ELSE weeks - d / 7 END
FROM generate_series(1, :keywords) k, generate_series(0, :days) d, (SELECT CAST(:days AS int) / 7 + 1 AS weeks) w
"""
# About one in five has ended; the heavy user has half of all.
_ORDERS = f"""
INSERT INTO orders (user_id, keyword, brand_name, brand, competitors, engines, status, live, track_days, first_date,
    created_at, completed_at)
SELECT u.id, 'kw' || 1 + n % CAST(:keywords AS int), '示例', CAST('{_BRAND}' AS jsonb), '[]',
    :engines, CASE WHEN n % 20 = 0 THEN 'failed' WHEN n % 50 = 1 THEN 'cancelled' ELSE 'completed' END,
    n % 11 % 5 > 0, 90,
    CAST(:today AS date) - CAST(:days AS int), moment - make_interval(secs => n), moment
FROM generate_series(1, :orders) n JOIN users u ON u.name =
    CASE WHEN n % 7 % 2 = 0 THEN '{HEAVY}' ELSE 'u' || 1 + n % 49 END,
    (SELECT now() - make_interval(days => CAST(:days AS int)) AS moment) m
"""  # noqa: S608
_MEASUREMENTS = """
INSERT INTO measurement (order_id, date, keyword, status, created_at, completed_at)
SELECT id, CAST(:today AS date) - d, keyword, CASE d WHEN 0 THEN 'queued' ELSE 'completed' END,
    now() - make_interval(days => d, hours => 2), CASE WHEN d > 0 THEN now() - make_interval(days => d) END
FROM orders, generate_series(0, :days) d WHERE d > 0 OR live
"""
_MEASUREMENT_ENGINES = """
INSERT INTO measurement_engine (order_id, date, engine, status, completed_at)
SELECT order_id, date, engine, CASE status WHEN 'queued' THEN 'pending' ELSE 'analysed' END, completed_at
FROM measurement, unnest(CAST(:engines AS text[])) engine
"""
_RATE_ROWS = f"""
INSERT INTO mention_percentage (order_id, brand_name, keyword_name, date, engine, surface, rates, versions, created_at)
SELECT order_id, '示例', keyword, date, engine, 'browser', rates, jsonb_build_object('names', 'abc', 'matcher', '4',
    'bank_version', bank_version, 'engine_profile', 'p', 'rubrics', '["1"]'::jsonb, 'scoring_models', '[]'::jsonb,
    'sentiment_models', '[]'::jsonb), completed_at
FROM measurement JOIN keyword_day USING (keyword, date),
    unnest(array_append(CAST(:engines AS text[]), 'overall')) engine,
    (SELECT jsonb_object_agg(name, CAST('{_RATE}' AS jsonb)) AS rates
        FROM unnest(ARRAY{list(_RATES)}) name) r
WHERE status = 'completed'
"""  # noqa: S608
_OUTCOMES = """
INSERT INTO measurement_outcome (order_id, date, engine, outcomes, judged, created_at)
SELECT order_id, date, engine, jsonb_build_object('surface', 'browser', 'question', questions), date < today - 1,
    completed_at
FROM measurement, unnest(CAST(:engines AS text[])) engine, (SELECT CAST(:today AS date) AS today) t,
    (SELECT jsonb_agg('5-' || n % 8 || '-' || n) AS questions FROM generate_series(1, CAST(:questions AS int)) n) q
WHERE status = 'completed'
"""
# A change of the matcher ten days ago: each order's day before it was analysed by both.
_OUTCOMES_AGAIN = """
INSERT INTO outcome_again (order_id, date, engine, rules, outcomes)
SELECT order_id, date, engine, 'matcher 1, branded rule 1', outcomes FROM measurement_outcome
WHERE date = CAST(:today AS date) - 11
"""
# Every day that has ended was told of, and one in fifty orders had its first day withdrawn.
_REPORTS = """
WITH told AS (
    INSERT INTO report_version (order_id, date, version, status, why, bodies, complete_at)
    SELECT order_id, date, 1, 'completed', 'measured', json_build_object('browser', json_object_agg(engine, rates)),
        now() FROM mention_percentage GROUP BY order_id, date RETURNING order_id, date
)
UPDATE measurement m SET report_version = 1 FROM told WHERE m.order_id = told.order_id AND m.date = told.date
"""
_WITHDRAWALS = """
INSERT INTO withdrawal (order_id, date, reason, admin, measured)
SELECT id, first_date + 1, '测试', 'admin', '[]' FROM orders WHERE ascii(id::text) % 50 = 0
"""
# Of the days whose answers are kept. Today a third of the keywords have no bank, a third are half asked.
_RUNS = """
INSERT INTO collection (purpose, keyword, engine, date, bank_version, surface, total, lane, status, ok_share,
    created_at, asked_at, completed_at)
SELECT 'keyword_day', keyword, engine, date, bank_version, 'browser', CAST(:questions AS int), 'bulk',
    CASE WHEN date < today THEN 'scored' WHEN substring(keyword FROM 3)::int % 3 = 1 THEN 'collecting'
        ELSE 'collected' END, 1, moment, moment, CASE WHEN date < today THEN moment + interval '1 hour' END
FROM keyword_day, unnest(CAST(:engines AS text[])) engine, (SELECT CAST(:today AS date) AS today) t,
    LATERAL (SELECT now() - make_interval(days => today - date, hours => 2) AS moment) m
WHERE date >= today - CAST(:answer_days AS int)
    AND (date < today OR substring(keyword FROM 3)::int % 3 > 0)
"""
_PARTITIONS = """
SELECT ensure_answer_day(CAST(:today AS date) - d) FROM generate_series(-7, CAST(:answer_days AS int)) d
"""
_COLLECTION_QUESTIONS = """
INSERT INTO collection_question (collection_id, number, retention, date, question_id, text, cluster, intent, anchor)
SELECT c.id, row_number() OVER (PARTITION BY c.id ORDER BY q.id), 'shared', c.date, question_id, generated_question,
    cluster_id, main_intent, anchor
FROM collection c JOIN question_bank q ON q.keyword = c.keyword AND q.bank_version = c.bank_version
"""
_ANSWERS = """
INSERT INTO ai_answer (collection_id, number, retention, answer_date, keyword, question_id, question_text, engine,
    surface, status, answer_text, folded_text, created_at)
SELECT c.id, number, 'shared', c.date, c.keyword, question_id, q.text, engine, 'browser', 'ok',
    repeat('示例耳机音质不错。', 3) || c.id || number, repeat('示例耳机音质不错。', 3) || c.id || number,
    c.asked_at + make_interval(secs => number)
FROM collection c JOIN collection_question q ON q.collection_id = c.id
WHERE c.status <> 'collecting' OR number <= 100
"""
_LINKS = """
INSERT INTO ai_link (collection_id, number, replicate, retention, answer_date, position, link_url, title, cited)
SELECT collection_id, number, replicate, retention, answer_date, position,
    'https://site' || id % 50 || '.example/' || id, '标题', position = 1
FROM ai_answer, generate_series(1, 3) position WHERE answer_date >= CAST(:today AS date) - 2
"""
_SCORES = """
INSERT INTO question_score (collection_id, number, replicate, retention, answer_date, keyword, question_id, engine,
    score, rubric_version, created_at)
SELECT c.id, number, replicate, a.retention, answer_date, a.keyword, question_id, a.engine, 3, '1', a.created_at
FROM ai_answer a JOIN collection c ON c.id = collection_id
WHERE c.status = 'scored' OR (c.status = 'collected' AND a.id % 2 = 0)
"""
_STAGE_CLAIMS = f"""
INSERT INTO claim (stage, scope, keyword, date, engine, status, holder, lane)
SELECT stage, COALESCE('collection:' || c.id, 'keyword:' || day.keyword || ':' || day.date || COALESCE(name, '')),
    day.keyword, day.date, COALESCE(name, ''), 'done', 'm', 'bulk'
FROM keyword_day day CROSS JOIN {_STAGES} s (stage, has_engine)
CROSS JOIN unnest(CAST(:engines AS text[])) each (engine)
CROSS JOIN LATERAL (SELECT CASE WHEN has_engine THEN each.engine END AS name) of
LEFT JOIN collection c ON c.keyword = day.keyword AND c.date = day.date AND c.engine = name
WHERE day.date < CAST(:today AS date) AND day.date >= CAST(:today AS date) - 8
    AND (has_engine OR each.engine = 'chat-a')
"""  # noqa: S608
# An eighth day is to be cleared up.
_ASK_CLAIMS = """
INSERT INTO claim (stage, scope, keyword, date, engine, item, status, holder, lane)
SELECT 'ask', 'collection:' || collection_id, keyword, answer_date, engine, number || '#1', 'done', 'm', 'bulk'
FROM ai_answer
WHERE answer_date >= CAST(:today AS date) - 8
"""
_TASKS = f"""
INSERT INTO task_log (keyword, date, engine, task_type, status, started_at, completed_at, duration)
SELECT keyword, date, CASE WHEN has_engine THEN engine ELSE '' END, stage,
    CASE WHEN random() < 0.02 THEN 'failed' ELSE 'completed' END, moment, moment, 10
FROM keyword_day, {_STAGES[:-1]}, ('collect', true)) s (stage, has_engine), unnest(CAST(:engines AS text[])) engine,
    (SELECT CAST(:today AS date) AS today) t,
    LATERAL (SELECT now() - make_interval(days => today - date + d) AS moment FROM (VALUES (1), (32)) AS ago (d)) m
WHERE date < today AND (has_engine OR engine = 'chat-a')
"""  # noqa: S608
_NOTIFICATIONS = """
INSERT INTO notification (user_id, order_id, message, read)
SELECT user_id, id, '测量完成', n % 2 = 0 FROM orders, generate_series(1, 3) n
"""
_OUTBOX = """
INSERT INTO outbox (routing_key, body, created_at, published_at)
SELECT key, jsonb_build_object('keyword', 'kw' || n % CAST(:keywords AS int), 'date', CAST(:today AS date) - 1,
    'engine', 'chat-a'), now() - interval '1 hour', now() - interval '1 hour'
FROM generate_series(1, CAST(:keywords AS int) * 40) n,
    unnest(ARRAY['keyword.requested.bulk', 'collection.analysed.bulk', 'order.analysed']) key
"""
_REPLIES = """
INSERT INTO llm_reply (key, reply, holder, lease_until)
SELECT md5(n::text), '{}', gen_random_uuid(), now() FROM generate_series(1, CAST(:keywords AS int) * 200) n
"""
_SENTIMENTS = """
INSERT INTO answer_sentiment (answer_sha256, brand_name, version, sentiment)
SELECT md5(n::text), '示例', '1', 1 FROM generate_series(1, CAST(:keywords AS int) * 400) n
"""
_USAGE = """
INSERT INTO llm_usage (date, stage, task, keyword, order_id, requests, prompt_tokens, completion_tokens, cost)
SELECT CAST(:today AS date) - d, stage, 'task', 'kw' || k, '', 9, 999, 99, 0.01
FROM generate_series(0, :days) d, generate_series(1, :keywords) k, unnest(ARRAY['bank', 'score', 'analyse']) stage
"""
_STATEMENTS = (
    _USERS,
    _ENGINES,
    _BANKS,
    _QUESTIONS,
    _SEARCHES,
    _KEYWORD_DAYS,
    _ORDERS,
    _MEASUREMENTS,
    _MEASUREMENT_ENGINES,
    _RATE_ROWS,
    _OUTCOMES,
    _OUTCOMES_AGAIN,
    _REPORTS,
    _WITHDRAWALS,
    _RUNS,
    _PARTITIONS,
    _COLLECTION_QUESTIONS,
    _ANSWERS,
    _LINKS,
    _SCORES,
    _STAGE_CLAIMS,
    _ASK_CLAIMS,
    _TASKS,
    _NOTIFICATIONS,
    _OUTBOX,
    _REPLIES,
    _SENTIMENTS,
    _USAGE,
    *OF_DIAGNOSES,
    *OF_IMPORTS,
)
