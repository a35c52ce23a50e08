"""The fault matrix: what can go wrong, what must hold, which tests show it. `make faults` writes docs/faults.md.

Below it the cases: inputs that once gave a wrong result (`tests.chaos.cases`).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.cases import BEFORE, CASES, WRITTEN

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "faults.md"
INTRODUCTION = """\
# Faults

What can go wrong, what must hold then, and where that is tested. `make faults` writes this page from
`tests/chaos/matrix.py` and the tests' own `@pytest.mark.fault` markers; a unit test holds it to them.

`make test` runs the cases in `tests/unit`, `tests/integration` and `tests/e2e`; `make chaos` those in `tests/chaos`.
After each case on the whole system one checker (`tests/chaos/checker.py`) holds invariants I1 to I7 and I9 of
the architecture against the database, the broker, the processes and the sandbox's journal.

| fault | what happens | what must hold | tested in |
|---|---|---|---|
"""
SMALLER = """
Made smaller than one could wish for, on one machine:

- F21: a process is killed by its message at one point of its work, after the attempt was recorded; the broker's own
  delivery limit (100) has no test.
- F35: the archive cannot be written; PostgreSQL's and the logs' disks are never full. F13 and the error classes of a
  full database disk have tests of their own.
- F36: the clock is an argument of the scheduler's functions, no process runs under a false one.
- F44: 600 requests, 60 at a time, not 1,000 a second for a minute.
- F51: one message in hand when the grace period ends, of a collector.
"""
CASES_INTRODUCTION = f"""
## Cases

Inputs that gave a wrong result at {BEFORE}, or at the commit that a row names, and the tests of each kind
(`@pytest.mark.case`). `make faults-before` runs these tests, as written at {WRITTEN} or at the commit that the case
names, on that code, and prints which failed there: one that passes there does not count.

| case | at {BEFORE} | right | tested in |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Fault:
    """One row of the page."""

    name: str
    happens: str
    holds: str


_RESUMES = "ends once, nothing stored twice; at most the question in hand is asked again"
FAULTS = (
    Fault("F1", "SIGKILL of the searcher, at each point of its work", _RESUMES),
    Fault("F2", "SIGKILL of the bank builder, at each point of its work", _RESUMES),
    Fault("F3", "SIGKILL of the collector, at each point of its work", _RESUMES),
    Fault("F4", "SIGKILL of the scorer, at each point of its work", _RESUMES),
    Fault("F5", "SIGKILL of the analyzer, at each point of its work", _RESUMES),
    Fault("F6", "SIGKILL of the API between commit and 202", "the client's retry with its key gives the same order"),
    Fault("F7", "SIGKILL of the outbox relay between publish and mark", "the second copy does nothing"),
    Fault("F8", "the broker's application stops and starts", "orders are accepted; all are worked on; consumers back"),
    Fault("F9", "SIGKILL of the broker", "the same"),
    Fault("F10", "all connections closed every 5 s for a minute", "ends once, asked once; consumers back"),
    Fault("F11", "the broker hangs for 30 s", "orders are accepted quickly; nothing escapes as a cancellation"),
    Fault("F12", "a queue with 500 messages is deleted", "what was in it is entered again from the rows"),
    Fault("F13", "memory or disk alarm on the broker", "orders are accepted; the outbox grows and drains"),
    Fault("F14", "database backends ended at random", "nothing lost, nothing stored twice"),
    Fault("F15", "the database restarts in a crash", "nothing lost, nothing stored twice"),
    Fault("F16", "the database hangs", "nothing lost, nothing stored twice"),
    Fault("F17", "the database is read-only", "nothing lost; it is noticed when it is over"),
    Fault("F18", "deadlocks and serialization failures", "the whole transaction is repeated"),
    Fault("F19", "each message is delivered several times", "ends once, asked once"),
    Fault("F20", "messages out of order, a stage before the one it needs", "ends once"),
    Fault("F21", "a message that kills its process", "one dead letter after the limit; the rest flows"),
    Fault("F22", "messages that cannot be read", "one dead letter each, byte for byte; the rest flows"),
    Fault("F23", "messages that are too large", "refused at the API and by the publisher; dead letters when they come"),
    Fault("F24", "the language model answers 429", "at most three tries; it is left alone for as long as it says"),
    Fault("F25", "the language model answers 500", "at most three tries, no score stored"),
    Fault("F26", "the language model hangs", "at most three tries, no score stored"),
    Fault("F27", "the language model answers nonsense", "no score stored that was not given"),
    Fault("F28", "the language model answers byte by byte", "given up after the whole request's time"),
    Fault("F29", "captcha", "a failure with that name, never an answer"),
    Fault("F30", "an empty page", "a failure with that name; nothing found is not no mention"),
    Fault("F31", "a page that has changed", "a failure with that name, never an answer"),
    Fault("F32", "a login wall", "a failure with that name, never an answer"),
    Fault("F33", "the site answers 50x, or not at all", "tried again, then a failure with that name"),
    Fault("F34", "the browser dies, a tab crashes or hangs", "only that question is tried again; no orphan, no zombie"),
    Fault("F35", "disk full", "nothing is deleted without a verified file"),
    Fault("F36", "the clock jumps", "each slot fires once"),
    Fault("F37", "midnights that are missing or come twice", "each slot fires once"),
    Fault("F38", "a leap to the next month", "each slot fires once"),
    Fault("F39", "two schedulers", "one leads; each slot fires once"),
    Fault("F40", "three schedulers, the leader killed every 10 s", "another leads; each slot fires once"),
    Fault("F41", "the leader is paused and comes back", "another leads; the old one's writes are refused"),
    Fault("F42", "the leader is cut off from the database", "it steps down before its lease ends"),
    Fault("F43", "a backlog of 10,000 messages", "memory stays flat; it drains; the API answers"),
    Fault("F44", "a flood of orders", "202 or 429, nothing else; what was accepted is kept"),
    Fault("F45", "one idempotency key many times", "one order; another body is refused"),
    Fault(
        "F46",
        "cancelling at any stage, and against the finish",
        "one terminal state; only what was in flight is asked",
    ),
    Fault(
        "F47",
        "clearing up beside a live run, or killed half-way",
        "no row of a live run goes; archived = deleted",
    ),
    Fault(
        "F48",
        "dead letters replayed twice, or of a cancelled order",
        "nothing twice; cancelled stays cancelled",
    ),
    Fault("F49", "a slow or broken network", "ends once"),
    Fault("F50", "messages of an older or newer version", "known ones are read, others are dead letters"),
    Fault(
        "F51",
        "SIGTERM under load, longer than the grace",
        "nothing lost; at most one question repeated a worker",
    ),
    Fault("F52", "no connections, no file handles, no memory", "it recovers"),
    Fault("F53", "size: a database full of history", "jobs and lists read what they are about, not what has ended"),
    Fault("F54", "another client orders, cancels, previews, streams and floods", "what a client gets stays the same"),
)


@dataclass(frozen=True)
class Marked:
    """A test of a case, "path::test"; why it cannot run on the code of before, if it cannot."""

    where: str
    not_before: str | None


def marked_tests() -> dict[str, list[str]]:
    """Where each fault is marked, "path::test", in order."""
    return {fault: [test.where for test in tests] for fault, tests in _found("fault").items()}


def marked_cases(tests: Path = TESTS) -> dict[str, list[Marked]]:
    """Where each case is marked in a folder of tests, in order."""
    return _found("case", tests)


def page() -> str:
    """docs/faults.md."""
    marked = marked_tests()
    rows = [
        f"| {fault.name} | {fault.happens} | {fault.holds} | "
        f"{'<br>'.join(f'`{where}`' for where in marked[fault.name])} |\n"
        for fault in FAULTS
    ]
    cases = len({where for places in marked.values() for where in places})
    return (
        f"{INTRODUCTION}{''.join(rows)}\nEach of the {len(FAULTS)} faults has a test; {cases} tests.\n{SMALLER}"
        f"{CASES_INTRODUCTION}{''.join(_case_rows())}"
    )


def _case_rows() -> Iterator[str]:
    marked = marked_cases()
    for case in CASES:
        places = [
            f"`{test.where}`" + (f" (not run on {case.before}: {test.not_before})" if test.not_before else "")
            for test in marked.get(case.name, ())
        ]
        was = case.was + (f" (at {case.before})" if case.before != BEFORE else "")
        yield f"| {case.name} | {was} | {case.right} | {'<br>'.join(places) or 'no test yet'} |\n"


def _found(marker: str, tests: Path = TESTS) -> dict[str, list[Marked]]:
    found: dict[str, list[Marked]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        for test, name, not_before in _marked(ast.parse(path.read_text(encoding="utf-8")), marker):
            each = Marked(f"{path.relative_to(tests)}::{test}", not_before)
            if each not in found.setdefault(name, []):
                found[name].append(each)
    return found


def _marked(tree: ast.Module, marker: str) -> Iterator[tuple[str, str, str | None]]:
    """Tests with a marker, or a parameter that has it, also where the parameters are a list by name."""
    lists = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            for decorator in node.decorator_list:
                parts = [
                    decorator,
                    *(
                        lists[name.id]
                        for name in ast.walk(decorator)
                        if isinstance(name, ast.Name) and name.id in lists
                    ),
                ]
                for call in (each for part in parts for each in ast.walk(part)):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == f"pytest.mark.{marker}":
                        said = [str(ast.literal_eval(each.value)) for each in call.keywords if each.arg == "not_before"]
                        yield from (
                            (node.name, str(ast.literal_eval(name)), said[0] if said else None) for name in call.args
                        )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
