"""Which tables grow with history, and which stay small: every table is in one of the two lists, a test sees to it."""

from typing import Final

GROWING: Final = (
    "ai_answer",
    "ai_link",
    "answer_sentiment",
    "bank",
    "claim",
    "collection",
    "collection_question",
    "keyword_day",
    "llm_reply",
    "llm_usage",
    "measurement",
    "measurement_engine",
    "measurement_outcome",
    "mention_percentage",
    "notification",
    "orders",
    "outbox",
    "outcome_again",
    "question_bank",
    "question_score",
    "report_version",
    "task_log",
    "withdrawal",
    "zhihu_question",
)
SMALL: Final = {
    "diagnosis": "a row a diagnosis, dropped with its questions after 30 days; nothing opens any yet",
    "breaker": "a row for each thing outside that can fail",
    "engine": "a row an engine",
    "job_slot": "a slot a job and day, dropped after 90 days",
    "leader": "one row",
    "llm_day": "a row a day",
    "llm_pace": "a row an endpoint",
    "llm_reservation": "a row for each request under way",
    "rate_limit": "a row for each key or address of the last minutes, dropped every night",
    "users": "a row a person",
}
