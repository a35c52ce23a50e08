"""What every service measures; a service's own metrics stand beside the code they measure.

No label is unbounded: never a keyword, an order or a user.
"""

from prometheus_client import Counter, Gauge, Histogram

SLOW_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1200, 3600)

stage_runs = Counter("answerlens_stage_runs_total", "Stage runs by how they ended", ["stage", "outcome"])
stage_duration = Histogram(
    "answerlens_stage_duration_seconds", "How long a stage's work took", ["stage"], buckets=SLOW_BUCKETS
)
messages = Counter("answerlens_messages_total", "Messages by what became of them", ["queue", "outcome"])
message_duration = Histogram(
    "answerlens_message_duration_seconds", "From delivery to ack", ["queue"], buckets=SLOW_BUCKETS
)
outbox_pending = Gauge("answerlens_outbox_pending", "Events committed and not yet published")
outbox_oldest_age = Gauge("answerlens_outbox_oldest_age_seconds", "Age of the oldest unpublished event")
transaction_duration = Histogram(
    "answerlens_transaction_duration_seconds",
    "How long a transaction of the database was open",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60),
)
heartbeat = Gauge("answerlens_heartbeat_timestamp_seconds", "When the event loop last turned (Unix time)")

BREAKER_STATES = {"closed": 0, "half-open": 1, "open": 2}
breaker_state = Gauge("answerlens_breaker_state", "0 closed, 1 half-open, 2 open", ["name"])
breaker_transitions = Counter(
    "answerlens_breaker_transitions_total", "Breakers opened, reopened by a failed probe, closed", ["name", "to"]
)
