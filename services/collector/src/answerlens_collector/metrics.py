"""What the collector measures."""

from prometheus_client import Counter, Histogram

from answerlens_common.observing.metrics import SLOW_BUCKETS

questions = Counter("answerlens_questions_total", "Questions that have ended, by answer status", ["engine", "outcome"])
question_duration = Histogram(
    "answerlens_question_duration_seconds", "From question to complete answer", ["engine"], buckets=SLOW_BUCKETS
)
browsers_retired = Counter("answerlens_browsers_retired_total", "Browsers replaced before they broke", ["reason"])
