"""Clients' own questions under chaos: what is known of diagnoses and their collections, and what must hold of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from answerlens_common.contracts.statuses import CollectionStatus
from tests.chaos.system import System

# In every private question, and in no other text: where it is found, private work has left something.
CANARY = "金丝雀"
# Where it may be: what was asked, and what the engine said to it. The views of what orders share are not among them.
MAY_HOLD = frozenset({"collection_question", "ai_answer", "ai_link"})
ENDED = {"completed", "failed", "cancelled"}


@dataclass(frozen=True)
class PrivateCollection:
    """A private collection at rest.

    Attributes:
        questions: how many it has kept, of `asked` that it was opened with.
        answers: stored for it, of `total` when every question has ended.
        given_up: its scores have failed for good: a dead letter tells of it.
    """

    id: int
    diagnosis: str
    status: str
    asked: int
    questions: int
    answers: int
    total: int
    given_up: bool


@dataclass
class PrivateFacts:
    """What is known of private work.

    Attributes:
        accepted: the diagnoses that were opened: the client's own journal.
        diagnoses: the status of each in the database, by id.
        histories: every status one has had, in order, by id.
        unrated: brands whose rates on a collection were told of and are not stored; waiting: those that wait for some
            though their diagnosis has ended.
        leaks: tables and views that hold a word of a private question and may not.
    """

    accepted: set[str] = field(default_factory=set)
    diagnoses: dict[str, str] = field(default_factory=dict)
    histories: dict[str, list[str]] = field(default_factory=dict)
    collections: list[PrivateCollection] = field(default_factory=list)
    unrated: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)


async def gather_private(system: System) -> PrivateFacts:
    """Look at the rows of private work."""
    found = PrivateFacts(accepted={each.id for each in system.opened})
    found.diagnoses = {str(row["id"]): row["status"] for row in await system.rows("SELECT id, status FROM diagnosis")}
    for row in await system.rows("SELECT of, after FROM audit_diagnosis ORDER BY id"):
        found.histories.setdefault(row["of"], []).append(row["after"])
    rows = await system.rows(
        "SELECT c.id, COALESCE(c.owner_id::text, '') AS diagnosis, c.status, c.total / c.replicates AS asked, c.total,"
        " (SELECT count(*) FROM collection_question q WHERE q.collection_id = c.id) AS questions,"
        " (SELECT count(*) FROM ai_answer a WHERE a.collection_id = c.id) AS answers,"
        " EXISTS (SELECT FROM claim WHERE stage = 'score' AND scope = 'collection:' || c.id AND status = 'failed')"
        " AS given_up FROM collection c WHERE c.retention = 'private' ORDER BY c.id"
    )
    found.collections = [PrivateCollection(**row) for row in rows]
    rows = await system.rows(
        "SELECT w.status, format('brand %s of diagnosis %s on collection %s', s.place, d.id, w.collection_id) AS name"
        " FROM collection_subject w JOIN subject s ON s.id = w.subject_id JOIN diagnosis d ON d.id = s.owner_id"
        " WHERE w.status = 'analysed' AND NOT EXISTS (SELECT FROM subject_rate r"
        "  WHERE r.subject_id = w.subject_id AND r.collection_id = w.collection_id)"
        " OR w.status = 'pending' AND d.status NOT IN ('queued', 'running') ORDER BY 2"
    )
    found.unrated = [row["name"] for row in rows if row["status"] == "analysed"]
    found.waiting = [row["name"] for row in rows if row["status"] == "pending"]
    return found


async def find_leaks(system: System) -> list[str]:
    """The tables and views that hold a word of a private question and may not; each is read as a whole."""
    rows = await system.rows(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public'"
        " AND relkind IN ('r', 'p', 'v') AND NOT relispartition ORDER BY relname"
    )
    found = []
    for name in (row["relname"] for row in rows if row["relname"] not in MAY_HOLD):
        sql = f"SELECT 1 FROM {name} t WHERE strpos(t::text, $1) > 0 LIMIT 1"  # noqa: S608 - names of the database
        if await system.rows(sql, CANARY):
            found.append(name)
    shared = "SELECT 1 FROM ai_answer WHERE retention = 'shared' AND strpos(question_text, $1) > 0 LIMIT 1"
    return [*found, *["ai_answer, as shared"][: len(await system.rows(shared, CANARY))]]


def private_violations(facts: PrivateFacts) -> Iterator[str]:
    """What does not hold of private work at rest, a line each."""
    for diagnosis in sorted(facts.accepted - facts.diagnoses.keys()):
        yield f"I2: diagnosis {diagnosis} was accepted and is not in the database"
    owners = {each.diagnosis for each in facts.collections}
    for diagnosis in sorted(facts.diagnoses.keys() - owners):
        yield f"I2: diagnosis {diagnosis} has no collection"
    for diagnosis, statuses in facts.histories.items():
        if any(status in ENDED for status in statuses[:-1]):
            yield f"I1: diagnosis {diagnosis} left a terminal state: {' → '.join(statuses)}"
        if statuses[-1] not in ENDED:
            yield f"I1: diagnosis {diagnosis} ended nowhere: it is {statuses[-1]}"
    for each in facts.collections:
        yield from _of_collection(each, facts.diagnoses.get(each.diagnosis))
    yield from (f"I2: no rates are stored for {brand}" for brand in facts.unrated)
    yield from (f"I1: nothing will end the wait for {brand}" for brand in facts.waiting)
    yield from (f"I9: a private question was found in {place}" for place in facts.leaks)


def _of_collection(each: PrivateCollection, diagnosis: str | None) -> Iterator[str]:
    name = f"private collection {each.id}"
    if diagnosis is None:
        yield f"I2: {name} belongs to no diagnosis"
    if each.questions != each.asked:
        yield f"I2: {name} was opened with {each.asked} questions and has {each.questions}"
    if not _has_ended(each, diagnosis):
        yield f"I1: {name} ended nowhere: it is {each.status}, its diagnosis {diagnosis}"
    if each.status in {"collected", "scored", "failed"} and each.answers != each.total:
        yield f"I2: {name} is {each.status} with {each.answers} of {each.total} answers"


def _has_ended(each: PrivateCollection, diagnosis: str | None) -> bool:
    match each.status:
        case CollectionStatus.SCORED | CollectionStatus.FAILED:
            return True
        case CollectionStatus.COLLECTED:
            return each.given_up or diagnosis == "cancelled"
        case CollectionStatus.PAUSED:
            return diagnosis in ENDED - {"completed"}
        case _:
            return False


def private_unrest(facts: PrivateFacts) -> list[str]:
    """What is still under way, in words."""
    collections = [
        f"private collection {each.id} is {each.status}"
        for each in facts.collections
        if not _has_ended(each, facts.diagnoses.get(each.diagnosis))
    ]
    open_ = [(diagnosis, status) for diagnosis, status in facts.diagnoses.items() if status not in ENDED]
    return [*collections, *(f"diagnosis {diagnosis} is {status}" for diagnosis, status in open_)]
