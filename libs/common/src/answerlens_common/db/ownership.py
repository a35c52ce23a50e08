"""Who owns each table, and what each service may do with it.

One line a table is the truth. A test holds every SQL statement of the libraries and services against it; the grants of
the services' database roles (`db.roles`) and the `stores` rows of the services' READMEs are generated from it.

To move a table's SQL to another package, change its `owner`. To let a service do more, add the verb to its entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Flag, auto

from answerlens_common.contracts.services import SERVICES


class Verb(Flag):
    """What a statement does to the rows of a table."""

    READ = auto()
    """Reads them, also in a condition, a conflict or RETURNING."""
    INSERT = auto()
    UPDATE = auto()
    DELETE = auto()
    LOCK = auto()
    """Locks them (FOR UPDATE and its kin), and may change nothing."""


READ, INSERT, UPDATE, DELETE, LOCK = Verb
WRITES = INSERT | UPDATE | DELETE


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        owner: the package whose statements write it: a service, or a library by the name of its folder.
        services: what each service's role may do; a service that is not named may do nothing.
        other_writers: packages beside the owner whose statements write it too, and why they do.
    """

    owner: str
    services: Mapping[str, Verb]
    other_writers: Mapping[str, str] = field(default_factory=dict)


def _readers(*services: str) -> dict[str, Verb]:
    return dict.fromkeys(services, READ)


def _every_service(verbs: Verb) -> dict[str, Verb]:
    return dict.fromkeys(SERVICES, verbs)


# The reasons why a package other than the owner writes.
_BY_AGE = {"scheduler": "the cleanup deletes by age, as a chore under a fencing token"}
_NEXT_DAY = {"scheduler": "opens the next day of every live order"}
_TAKEN_BACK = {"orders": "takes a day's figures out when it is withdrawn or analysed again"}

# A table's mechanism is called by every service, in its own process and transactions.
_MECHANISM: dict[str, Table] = {
    "claim": Table(
        "common",
        _every_service(READ | INSERT | UPDATE | LOCK) | {"scheduler": READ | INSERT | UPDATE | LOCK | DELETE},
        _BY_AGE,
    ),
    "task_log": Table(
        "common",
        _every_service(READ | INSERT | UPDATE) | {"scheduler": READ | INSERT | UPDATE | DELETE},
        {
            "analyzer": "an order that fails alone has its line",
            "collection": "one task is a whole collection, which many claims work on",
            "scheduler": "a day that stalled too often has its line; old lines move to the archive",
        },
    ),
    "outbox": Table(
        "common",
        _every_service(READ | INSERT | UPDATE | LOCK) | {"scheduler": READ | INSERT | UPDATE | LOCK | DELETE},
        _BY_AGE,
    ),
    "breaker": Table("common", _every_service(READ | INSERT | UPDATE)),
    "rate_limit": Table(
        "common", _every_service(READ | INSERT | UPDATE) | {"scheduler": READ | INSERT | UPDATE | DELETE}
    ),
    "llm_pace": Table("common", _every_service(READ | INSERT | UPDATE)),
    "llm_day": Table("common", _every_service(READ | INSERT | UPDATE)),
    "llm_reply": Table("common", _every_service(READ | INSERT | UPDATE | DELETE), _BY_AGE),
    "llm_reservation": Table("common", _every_service(READ | INSERT | DELETE), _BY_AGE),
    "llm_usage": Table("common", _every_service(READ | INSERT | UPDATE)),
}
_ORDERS: dict[str, Table] = {
    "users": Table("orders", _every_service(READ) | {"order-api": READ | INSERT | UPDATE}),
    "orders": Table(
        "orders",
        {"order-api": READ | INSERT | UPDATE | LOCK, "scheduler": READ | UPDATE} | _readers("analyzer"),
        {"scheduler": "an order whose days are over is live no more"},
    ),
    "measurement": Table(
        "orders",
        {"order-api": READ | INSERT | UPDATE | LOCK, "scheduler": READ | INSERT | UPDATE, "analyzer": READ | LOCK}
        | _readers("searcher", "bank-builder", "collector", "scorer"),
        _NEXT_DAY,
    ),
    "measurement_engine": Table(
        "orders",
        {"order-api": READ | INSERT | UPDATE, "scheduler": READ | INSERT | DELETE}
        | _readers("searcher", "bank-builder", "collector", "scorer", "analyzer"),
        _NEXT_DAY,
    ),
    "notification": Table(
        "common",
        _every_service(READ | INSERT) | {"order-api": READ | INSERT | UPDATE},
        {"orders": "a user marks a notice as read"},
    ),
    "report_version": Table("orders", {"order-api": READ | INSERT | UPDATE} | _readers("analyzer")),
    "diagnosis": Table(
        "orders", {"order-api": READ | INSERT | UPDATE | LOCK, "scheduler": READ | UPDATE | DELETE | LOCK}
    ),
    "subject": Table(
        "orders", {"order-api": READ | INSERT, "scheduler": READ | DELETE} | _readers("analyzer", "collector")
    ),
    "collection_subject": Table(
        "orders",
        {"order-api": READ | INSERT | UPDATE, "scheduler": READ | UPDATE, "collector": INSERT} | _readers("analyzer"),
    ),
    "answer_import": Table(
        "orders",
        {
            "order-api": READ | INSERT | UPDATE | DELETE | LOCK,
            "collector": READ | UPDATE | LOCK,
            "scheduler": READ | DELETE,
        },
    ),
    "answer_import_piece": Table("orders", {"order-api": READ | INSERT | DELETE, "collector": READ | DELETE}),
    "answer_import_batch": Table("orders", {"order-api": READ | UPDATE, "collector": READ | INSERT | UPDATE}),
    "answer_import_row": Table("orders", {"order-api": READ | DELETE, "collector": READ | INSERT | UPDATE | DELETE}),
    "answer_import_refusal": Table("orders", {"collector": READ | INSERT} | _readers("order-api")),
    "withdrawal": Table("orders", {"order-api": READ | INSERT}),
    "keyword_day": Table(
        "orders",
        {
            "order-api": READ | INSERT | UPDATE,
            "scheduler": READ | INSERT | UPDATE,
            "searcher": READ | UPDATE,
            "bank-builder": READ | UPDATE,
        }
        | _readers("analyzer"),
    ),
}
_KEYWORDS: dict[str, Table] = {
    "engine": Table(
        "common", _readers("order-api", "collector", "scheduler")
    ),  # written by the topology job, which is no service
    "zhihu_question": Table(
        "searcher",
        {"searcher": READ | INSERT, "scheduler": READ | DELETE} | _readers("order-api", "bank-builder"),
        _BY_AGE,
    ),
    "listed_question": Table("orders", {"order-api": READ | INSERT | DELETE} | _readers("searcher")),
    "bank": Table(
        "bank-builder",
        {"bank-builder": READ | INSERT | UPDATE, "scheduler": READ | UPDATE}
        | _readers("order-api", "searcher", "collector", "analyzer"),
        _BY_AGE,
    ),
    "question_bank": Table(
        "bank-builder",
        {"bank-builder": READ | INSERT | UPDATE | DELETE, "scheduler": READ | DELETE}
        | _readers("order-api", "collector", "analyzer"),
        _BY_AGE,
    ),
    "collection": Table(
        "collection",
        {
            "collector": READ | INSERT | UPDATE | LOCK,
            "scorer": READ | UPDATE,
            "order-api": READ | INSERT | UPDATE | LOCK,
            "scheduler": READ | UPDATE | DELETE,
        }
        | _readers("analyzer"),
    ),
    "collection_question": Table(
        "collection",
        {"collector": READ | INSERT, "order-api": READ | INSERT} | _readers("scorer", "analyzer", "scheduler"),
    ),
    "ai_answer": Table(
        "collection",
        {"collector": READ | INSERT, "order-api": READ | DELETE} | _readers("scorer", "analyzer", "scheduler"),
    ),
    "ai_link": Table("collection", {"collector": INSERT} | _readers("order-api", "analyzer")),
    "question_score": Table("collection", {"scorer": READ | INSERT} | _readers("order-api", "analyzer", "scheduler")),
}
_RATES: dict[str, Table] = {
    "measurement_outcome": Table(
        "analyzer",
        {"analyzer": READ | INSERT | UPDATE, "order-api": READ | DELETE} | _readers("scheduler"),
        _TAKEN_BACK,
    ),
    "outcome_again": Table("analyzer", {"analyzer": READ | INSERT, "order-api": READ | DELETE}, _TAKEN_BACK),
    "mention_percentage": Table(
        "analyzer", {"analyzer": READ | INSERT | UPDATE, "order-api": READ | DELETE}, _TAKEN_BACK
    ),
    "subject_outcome": Table("analyzer", {"analyzer": READ | INSERT} | _readers("order-api")),
    "subject_rate": Table("analyzer", {"analyzer": READ | INSERT} | _readers("order-api")),
    "answer_sentiment": Table("analyzer", {"analyzer": READ | INSERT, "scheduler": READ | DELETE}, _BY_AGE),
}
_TIMES: dict[str, Table] = {
    "leader": Table("scheduler", {"scheduler": READ | INSERT | UPDATE | LOCK} | _readers("order-api")),
    "job_slot": Table("scheduler", {"scheduler": READ | INSERT | UPDATE | DELETE}),
}
OWNERS: Mapping[str, Table] = _MECHANISM | _ORDERS | _KEYWORDS | _RATES | _TIMES
MECHANISM = frozenset(_MECHANISM)
# Views that migrations make: every service may read them.
VIEWS: tuple[str, ...] = (
    "awaited_collection",
    "awaited_keyword_day",
    "keyword_answer",
    "keyword_collection",
    "keyword_link",
    "keyword_score",
)
# Functions of the migrating role that do what no service may do itself, and who may call them.
FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "ensure_answer_day(date, text)": ("collector", "order-api", "scheduler"),
    "lock_answer_days()": ("scheduler",),
    "drop_answer_day(date, text)": ("scheduler",),
}
# Whose next number a service may take.
SEQUENCES: Mapping[str, tuple[str, ...]] = {"ai_answer_id_seq": ("collector",)}
# Beside what statements read: a backup is a dump of everything.
READS_ALL = ("scheduler",)
