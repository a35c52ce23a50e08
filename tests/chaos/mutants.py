"""The bugs that the suite must catch: each is one mistake somebody could make, and the tests that notice."""

from dataclasses import dataclass

_COMMON = "libs/common/src/answerlens_common"
_STAGES = "tests/integration/common/test_stages.py"


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
        file=f"{_COMMON}/claims.py",
        right="SELECT 1 FROM claim WHERE id = :id AND token = :token FOR UPDATE",
        wrong="SELECT 1 FROM claim WHERE id = :id AND :token > 0 FOR UPDATE",
        tests=(_STAGES,),
    ),
    Mutant(
        name="no-attempt-recorded",
        file=f"{_COMMON}/claims.py",
        right="THEN 1 ELSE c.attempts + 1 END",
        wrong="THEN 1 ELSE c.attempts END",
        tests=(_STAGES,),
    ),
    Mutant(
        name="joiner-forgotten",
        file=f"{_COMMON}/claims.py",
        right="""if row is None or row["wanted"] != self._seen:""",
        wrong="if row is None:",
        tests=(_STAGES,),
    ),
    Mutant(
        name="own-lease-overtaken",
        file=f"{_COMMON}/claims.py",
        right="WHERE c.lease_until IS NULL OR c.lease_until < clock_timestamp()\n",
        wrong="WHERE c.lease_until IS NULL OR c.lease_until < clock_timestamp() OR c.holder = excluded.holder\n",
        tests=(_STAGES,),
    ),
    Mutant(
        name="unreturned-publish",
        file=f"{_COMMON}/delivery.py",
        right="default_channel=Channel(on_return_raises=True)",
        wrong="default_channel=Channel(on_return_raises=False)",
        tests=(_STAGES,),
    ),
    Mutant(
        name="malformed-acked-away",
        file=f"{_COMMON}/delivery.py",
        right="""await self._bury(queue, message, "malformed", error, attempts=0)""",
        wrong="await _ack(message)",
        tests=(_STAGES,),
    ),
    Mutant(
        name="published-before-commit",
        file=f"{_COMMON}/outbox.py",
        right='WHERE published_at IS NULL"\n                " ORDER BY',
        wrong='WHERE published_at IS NOT NULL OR published_at IS NULL"\n                " ORDER BY',
        tests=("tests/integration/common/test_outbox.py",),
    ),
)
