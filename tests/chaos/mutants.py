"""The bugs that the suite must catch: each is one mistake somebody could make, and the tests that notice."""

from dataclasses import dataclass

_COMMON = "libs/common/src/answerlens_common"
_STAGES = "tests/integration/common/test_stages.py"
_RUNS = "tests/integration/collector/test_runs.py"


@dataclass(frozen=True)
class Mutant:
    """A seeded bug: in `file`, `right` (found once) becomes `wrong`; one of `tests` must fail."""

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        name="no-fencing",
        file=f"{_COMMON}/work/leases.py",
        right="SELECT 1 FROM claim WHERE id = :id AND token = :token FOR UPDATE",
        wrong="SELECT 1 FROM claim WHERE id = :id AND :token > 0 FOR UPDATE",
        tests=(_STAGES,),
    ),
    Mutant(
        name="no-attempt-recorded",
        file=f"{_COMMON}/work/claims.py",
        right="THEN 1 ELSE c.attempts + (c.status <> 'held' OR c.external_call_made)::int END",
        wrong="THEN 1 ELSE c.attempts END",
        tests=(_STAGES,),
    ),
    Mutant(
        name="joiner-forgotten",
        file=f"{_COMMON}/work/leases.py",
        right="nothing_came = now is not None and now.join_count == self.joins_seen",
        wrong="nothing_came = now is not None",
        tests=(_STAGES,),
    ),
    Mutant(
        name="slot-kept",
        file=f"{_COMMON}/work/runner.py",
        right="and time.monotonic() > until:",
        wrong="and time.monotonic() > until + 60:",
        tests=("tests/integration/common/test_following_itself.py",),
    ),
    Mutant(
        name="own-lease-overtaken",
        file=f"{_COMMON}/work/claims.py",
        right="ELSE c.lease_until IS NULL OR c.lease_until < clock_timestamp()\n",
        wrong="ELSE c.lease_until IS NULL OR c.lease_until < clock_timestamp() OR c.holder = excluded.holder\n",
        tests=(_STAGES,),
    ),
    Mutant(
        name="unreturned-publish",
        file=f"{_COMMON}/broker/delivery.py",
        right="default_channel=Channel(on_return_raises=True)",
        wrong="default_channel=Channel(on_return_raises=False)",
        tests=(_STAGES,),
    ),
    Mutant(
        name="malformed-acked-away",
        file=f"{_COMMON}/broker/delivery.py",
        right="""await self._dead_letter(queue, message, "malformed", error, attempts=0)""",
        wrong="pass",
        tests=(_STAGES,),
    ),
    Mutant(
        name="outbox-published-again",
        file=f"{_COMMON}/work/outbox.py",
        right="FROM outbox WHERE published_at IS NULL\n            AND (claimed",
        wrong="FROM outbox WHERE (published_at IS NOT NULL OR published_at IS NULL)\n            AND (claimed",
        tests=("tests/integration/common/test_outbox.py",),
    ),
    Mutant(
        name="acked-first",
        file=f"{_COMMON}/broker/delivery.py",
        right=(
            "                await asyncio.shield(task)\n            except StoppingError:\n"
            "                await give_back(message)\n            else:\n                await ack(queue, message)\n"
        ),
        wrong=(
            "                await ack(queue, message)\n                await asyncio.shield(task)\n"
            "            except StoppingError:\n                await give_back(message)\n"
        ),
        tests=("tests/integration/common/test_interrupted.py",),
    ),
    Mutant(
        name="no-unique-answer",
        file=f"{_COMMON}/db/migrations/versions/0026_answers_by_collection.py",
        right='"ai_answer": "collection_id, number, replicate"',
        wrong='"ai_answer": "id, collection_id, number, replicate"',
        tests=(_RUNS,),
    ),
    Mutant(
        name="run-ended-early",
        file="libs/collection/src/answerlens_collection/collections/closing.py",
        right="""ended.all < collection.total""",
        wrong="""ended.all + 1 < collection.total""",
        tests=(_RUNS,),
    ),
    Mutant(
        name="cancelled-and-still-asked",
        file="libs/collection/src/answerlens_collection/answers/store.py",
        right='" EXISTS (SELECT FROM awaited_collection WHERE collection_id = :id) AS is_awaited',
        wrong='" true AS is_awaited',
        tests=(_RUNS, "tests/integration/common/test_unreliable.py"),
    ),
    Mutant(
        name="claim-without-its-scope",
        file=f"{_COMMON}/work/leases.py",
        right="return cls(stage, collection_scope(number), date, item",
        wrong="return cls(stage, collection_scope(0), date, item",
        tests=("tests/integration/common/test_collections_migration.py", _RUNS),
    ),
    Mutant(
        name="private-row-read-by-keyword",
        file=f"{_COMMON}/db/migrations/versions/0026_answers_by_collection.py",
        right="FROM ai_answer WHERE retention = 'shared'",
        wrong="FROM ai_answer",
        tests=("tests/integration/orders/test_diagnoses.py",),
    ),
    Mutant(
        name="private-day-dropped-in-work",
        file="services/scheduler/src/answerlens_scheduler/cleanup.py",
        right="_LIVE[retention]",
        wrong="_LIVE_DAY",
        tests=("tests/integration/scheduler/test_cleanup.py",),
    ),
    Mutant(
        name="private-collections-go-with-a-shared-day",
        file="libs/collection/src/answerlens_collection/days.py",
        right="DELETE FROM collection WHERE date = :day AND retention = :retention",
        wrong="DELETE FROM collection WHERE date = :day AND CAST(:retention AS text) <> ''",
        tests=("tests/integration/scheduler/test_cleanup.py",),
    ),
    Mutant(
        name="private-collection-left-standing-still",
        file="services/scheduler/src/answerlens_scheduler/jobs.py",
        right="            await resume_private(tx, stalled, asked=queues, waiting=waiting)\n",
        wrong="",
        tests=("tests/integration/scheduler/test_stalled_private.py",),
    ),
    Mutant(
        name="deleted-before-export",
        file="services/scheduler/src/answerlens_scheduler/archive.py",
        right="        written = await asyncio.to_thread(archive_file.add, path, COLUMNS, texts)\n",
        wrong="""        async with lease.write() as tx:
            ids = [row["id"] for row in rows]
            await tx.execute("DELETE FROM task_log WHERE id = ANY(CAST(:ids AS bigint[]))", ids=ids)
        written = await asyncio.to_thread(archive_file.add, path, COLUMNS, texts)
""",
        tests=("tests/integration/scheduler/test_archive.py",),
    ),
    Mutant(
        name="replaced-leader-still-fires",
        file="services/scheduler/src/answerlens_scheduler/leader.py",
        right="WHERE name = :name AND token = :token FOR KEY SHARE",
        wrong="WHERE name = :name AND :token > 0 FOR KEY SHARE",
        tests=("tests/integration/scheduler/test_jobs.py",),
    ),
    Mutant(
        name="every-caller-is-the-probe",
        file=f"{_COMMON}/limits/breakers/rows.py",
        right="<= clock_timestamp() AND NOT {_PROBED} RETURNING name",
        wrong="<= clock_timestamp() RETURNING name",
        tests=("tests/integration/common/test_breakers.py",),
    ),
    Mutant(
        name="replay-acks-first",
        file="services/order-api/src/answerlens_order_api/operations/dead_letters/__init__.py",
        right="""                        await reading.send_back(message, letter)
                        await reading.ack(message, outcome, "replayed")
""",
        wrong="""                        await reading.ack(message, outcome, "replayed")
                        await reading.send_back(message, letter)
""",
        tests=("tests/integration/common/test_dead_letters.py",),
    ),
    Mutant(
        name="key-forgotten",
        file="libs/orders/src/answerlens_orders/orders/insert.py",
        right="        key=order.idempotency_key,",
        wrong="        key=None,",
        tests=("tests/integration/order_api/test_orders.py",),
    ),
)
