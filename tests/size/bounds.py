"""How much a statement may read. What needs more says why, by the function that sends it."""

from dataclasses import dataclass
from typing import Final

BLOCKS: Final = 1_500
"""Of 8 kB: a page of a list with all that it shows, an order's history, a run's answers."""


@dataclass(frozen=True)
class Excused:
    """Why a function's statements may read more than `BLOCKS`, and how much.

    Attributes:
        blocks: however large the database is.
        an_order: and so many for each order there is, where the work is about all live orders.
        may_read_whole: a growing table as a whole, where it is small at the size that is tested.
    """

    reason: str
    blocks: int = BLOCKS
    an_order: int = 0
    may_read_whole: bool = False


EXCUSED: Final = {
    "analyzer.store.load_answers": Excused("all answers of a run, with their scores and links", blocks=4_000),
    "collection.answers.store.end_unanswered": Excused("the unanswered questions of a run are stored", blocks=6_000),
    "collection.collections.store.open_private": Excused(
        "the first of a day makes its partitions: catalogs", blocks=10_000
    ),
    "collection.days.make_days": Excused("the partitions of eight days of two classes: catalogs", blocks=80_000),
    "collection.days.drop_day": Excused("a day's partitions are dropped: catalogs", blocks=10_000),
    "order_api.operations.hits.hits": Excused(
        "the orders of a day, of whom a third of all is expected", may_read_whole=True
    ),
    "order_api.operations.store.order_figures": Excused(
        "the orders since a moment, of whom a third of all is expected", may_read_whole=True
    ),
    "order_api.operations.store.task_figures": Excused(
        "the tasks since a moment, of which a third of all is expected", blocks=10_000, may_read_whole=True
    ),
    "order_api.operations.store.task": Excused("a task, what it has done counted in its rows", blocks=4_000),
    "order_api.operations.store.tasks": Excused("20 tasks, what each has done counted in its rows", blocks=8_000),
    "order_api.operations.store.tasks_of": Excused(
        "up to 100 tasks of an order, what each has done counted", blocks=15_000
    ),
    "orders.keywords.sources_store.day": Excused("each kept day's answers, for a surface that none has", blocks=10_000),
    "orders.orders.store.begun_by": Excused("each live order is counted", an_order=2, may_read_whole=True),
    "orders.keywords.sources_store.links": Excused(
        "all links of a day of a keyword", blocks=4_000, may_read_whole=True
    ),
    "scheduler.archive.Archive._batch": Excused("20,000 tasks, and for each whether its day is open", blocks=100_000),
    "scheduler.archive.Archive._move": Excused("20,000 tasks are deleted", blocks=400_000),
    "scheduler.cleanup._in_batches": Excused("10,000 rows are deleted", blocks=150_000),
    "scheduler.cleanup._drop_banks": Excused(
        "50 banks are deleted, with 200 questions each: most of those there are", blocks=100_000, may_read_whole=True
    ),
    "orders.diagnoses.store.forget_old": Excused(
        "once a night, for each old diagnosis whether a collection is left", may_read_whole=True
    ),
    "scheduler.stalled._idle": Excused(
        "each open measurement is looked at, beside the days and collections of all keywords",
        an_order=30,
        may_read_whole=True,
    ),
    "scheduler.unjudged.judge_again": Excused("each order of the days whose answers are kept", an_order=30),
}

UNHEARD: Final = {
    "libs/common/src/answerlens_common/limits/breakers/rows.py::look": "a breaker that others make at the same moment",
    "libs/common/src/answerlens_common/db/notifications.py::_listen": "SELECT 1, on a connection of its own",
    "libs/common/src/answerlens_common/db/roles.py::make_roles": "roles and their rights, sent by `migrate`",
    "libs/common/src/answerlens_common/jobs/topology.py::store": "table engine, a row an engine",
    "services/collector/src/answerlens_collector/store.py::enabled_engines": "table engine, a row an engine",
    "services/scheduler/src/answerlens_scheduler/timer.py::_clock": "the time of day",
    "services/searcher/src/answerlens_searcher/store.py::store_questions": "inserts what one search found",
}
"""Places whose statements no integration test sends."""
